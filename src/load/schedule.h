#pragma once
// What both drivers must agree on beyond the Schedule itself.

#include <cstdint>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// Closed loop: whether the query just issued, the issued-th, was the last. LoadGen's rule: the first at or
/// after min_duration once min_queries are issued; or max_queries.
bool is_last_query(const Scenario&, std::uint64_t issued, Nanoseconds last_issue);

/// The smallest number of at least `count` that is a multiple of `dataset`; `count` where that is 0.
std::uint64_t whole_passes(std::uint64_t count, std::uint64_t dataset);

/// A schedule or a query this large is refused: it would not fit in memory.
constexpr std::uint64_t most_scheduled = 100'000'000;

}  // namespace ridgeline::load
