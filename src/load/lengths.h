#pragma once
// Draws how long the requests are.

#include <cstdint>
#include <string>
#include <vector>

#include "ridgeline/traffic.h"

namespace ridgeline::load {

/// `count` lengths, from the seed's streams "input lengths" and "output lengths". Reads the file of an
/// empirical distribution. Requires a valid distribution that is not the system's own.
Result<std::vector<TokenLengths>> draw_lengths(const TokenLengthDistribution&, std::uint64_t seed,
                                               std::size_t count);

/// The rows of a CSV file with the columns input_tokens and output_tokens.
Result<std::vector<TokenLengths>> read_lengths(const std::string& path);

}  // namespace ridgeline::load
