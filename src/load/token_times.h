#pragma once
// Times of tokens, by LoadGen's rules.

#include <optional>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// From the scheduled time; absent for a query that reported no first token.
std::optional<Nanoseconds> time_to_first_token(const QueryRecord&);

/// (latency - time to first token) / (tokens - 1) in whole nanoseconds, which averages over the pauses
/// between tokens; absent without a first token or with only one token a sample.
std::optional<Nanoseconds> time_per_output_token(const QueryRecord&);

}  // namespace ridgeline::load
