#pragma once
// What every interval in this layer is.

namespace ridgeline::stats {

/// A two-sided interval with low <= high.
struct Interval {
  double low = 0, high = 0;
};

constexpr double default_confidence = 0.95;

}  // namespace ridgeline::stats
