#include "ridgeline/criterion.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace ridgeline {

std::string_view to_string(Comparison comparison) {
  static constexpr std::array<std::string_view, 4> signs = {">", ">=", "<", "<="};
  return signs[static_cast<std::size_t>(comparison)];
}

std::string_view to_string(LimitKind kind) {
  static constexpr std::array<std::string_view, 3> names = {"value", "change", "relative"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_upward(Comparison comparison) {
  return comparison == Comparison::above || comparison == Comparison::at_least;
}

bool compares(Comparison comparison, double value, double limit) {
  switch (comparison) {
    case Comparison::above:
      return value > limit;
    case Comparison::at_least:
      return value >= limit;
    case Comparison::below:
      return value < limit;
    case Comparison::at_most:
      return value <= limit;
  }
  return false;
}

std::string limit_text(const Criterion& c) {
  const bool plus = c.kind != LimitKind::value && !std::signbit(c.number);
  return fmt::format("{}{}{}", plus ? "+" : "", c.number, c.unit);
}

std::string to_string(const Criterion& c) {
  return fmt::format("{} {} {}", c.metric, to_string(c.comparison), limit_text(c));
}

}  // namespace ridgeline
