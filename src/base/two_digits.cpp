#include "base/two_digits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline {

std::string two_digits(double value, Rounding rounding) {
  if (value == 0 || !std::isfinite(value)) return fmt::format("{:.0f}", value);
  const int decimals = std::max(0, 1 - decade(value));
  const double scale = power_of_ten(decimals), scaled = value * scale;
  // A multiple of the last digit stays one: 100 (1.08 - 1) is 8.000000000000007.
  const double whole = std::round(scaled);
  double digits = whole;
  if (std::abs(scaled - whole) > 1e-9 * std::abs(scaled)) {
    if (rounding == Rounding::down) digits = std::floor(scaled);
    if (rounding == Rounding::up) digits = std::ceil(scaled);
  }
  if (digits == 0) return "0";
  return fmt::format("{:.{}f}", digits / scale, decimals);
}

}  // namespace ridgeline
