#pragma once
// What the text and the JSON of a validation both ask.

#include <algorithm>

#include "ridgeline/validation.h"

namespace ridgeline::report {

/// Whether any prediction carries an interval: without one there is no coverage, which is not a coverage of
/// 0.
inline bool has_intervals(const Validation& v) {
  return std::any_of(v.points.begin(), v.points.end(),
                     [](const ValidatedPoint& p) { return p.tpot_interval || p.ttft_interval; });
}

}  // namespace ridgeline::report
