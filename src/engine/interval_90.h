#pragma once
// The 90 % interval of a value whose error is log-normal. A spread is the standard deviation of
// log(measured / predicted); 0 is an unknown one.

#include <cmath>
#include <optional>
#include <utility>

#include "base/portable_math.h"

namespace ridgeline::engine {

/// Standard deviations from the middle to either end of the middle 90 % of a normal distribution.
inline constexpr double two_sided_90 = 1.645;

/// Value / f to value x f, f = exp(1.645 spread).
template <class Value>
std::optional<std::pair<Value, Value>> interval_90(Value value, double spread) {
  if (spread <= 0) return std::nullopt;
  const double factor = portable_exp(two_sided_90 * spread);
  return std::pair{value * (1 / factor), value * factor};
}

}  // namespace ridgeline::engine
