#pragma once
// Little's law, L = lambda W, checked on a run's records.

#include <optional>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// The two sides, reached by different roads.
struct LittleCheck {
  double mean_in_system = 0;      ///< time average of the number of queries between scheduled and completed
  double rate_times_latency = 0;  ///< arrivals per second times their mean latency
};

/// Over [from, to): the left side integrates the number in the system, the right side counts the queries that
/// arrive in the window. Over the whole run they are equal to rounding; over a part they differ by what
/// crosses its ends, about L / (lambda (to - from)) relative. Absent when no query arrives in the window.
std::optional<LittleCheck> check_little(const Run&, Nanoseconds from, Nanoseconds to);

/// Over the whole run, from the first arrival to the last completion.
std::optional<LittleCheck> check_little(const Run&);

}  // namespace ridgeline::load
