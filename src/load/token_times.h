#pragma once
// Times of tokens, by LoadGen's rules.

#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// From the scheduled time; of the queries that reported a first token, in issue order.
std::vector<Nanoseconds> times_to_first_token(const Run&);

/// (latency - time to first token) / (tokens - 1) in whole nanoseconds, which averages over the pauses
/// between tokens; of the queries with a first token and more than one token a sample.
std::vector<Nanoseconds> times_per_output_token(const Run&);

}  // namespace ridgeline::load
