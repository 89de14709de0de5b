// How far the proposal is from another regime.

#include <algorithm>
#include <cmath>
#include <functional>

#include "explain/setup.h"
#include "explain/what_if.h"

namespace ridgeline::explain {
namespace {

constexpr std::uint32_t most = 1U << 20U;  ///< sequences, tokens
constexpr int doublings = 10;              ///< of a rate

using Solve = std::function<std::optional<StepPoint>(std::uint32_t)>;

/// Between a value of the present regime and one of another: the one next to the shift.
std::uint32_t bisect(const Solve& solve, Regime present, std::uint32_t same, std::uint32_t other) {
  while (std::max(same, other) - std::min(same, other) > 1) {
    const std::uint32_t middle = std::min(same, other) + (std::max(same, other) - std::min(same, other)) / 2;
    const auto point = solve(middle);
    (point && point->regime != present ? other : same) = middle;
  }
  return other;
}

void set(RegimeShift& shift, double at, const StepPoint& there) {
  shift.at = at;
  shift.to = there.regime;
  shift.fits = there.fits;
}

RegimeShift number_shift(const WhatIf& what_if, Knob knob, std::uint32_t least) {
  RegimeShift shift;
  shift.input = to_string(knob);
  const auto now = static_cast<std::uint32_t>(what_if.value(knob));
  const Regime present = what_if.now().regime;
  shift.now = shift.tried_from = shift.tried_to = now;
  const Solve solve = [&](std::uint32_t number) { return what_if.with(knob, number); };
  for (std::uint32_t last = now; last < most;) {
    const std::uint32_t next = std::max(1U, std::min(most, last > most / 2 ? most : last * 2));
    const auto point = solve(next);
    if (!point) break;
    shift.tried_to = next;
    if (point->regime != present) {
      const std::uint32_t at = bisect(solve, present, last, next);
      set(shift, at, *solve(at));
      return shift;
    }
    last = next;
  }
  for (std::uint32_t last = now; last > least;) {
    const std::uint32_t next = std::max(least, last / 2);
    const auto point = solve(next);
    if (!point) break;
    shift.tried_from = next;
    if (point->regime != present) {
      const std::uint32_t at = bisect(solve, present, last, next);
      set(shift, at, *solve(at));
      return shift;
    }
    last = next;
  }
  return shift;
}

RegimeShift rate_shift(const WhatIf& what_if, Knob knob, const char* unit) {
  RegimeShift shift;
  shift.input = to_string(knob);
  shift.unit = unit;
  shift.now = shift.tried_from = shift.tried_to = what_if.value(knob);
  const Regime present = what_if.now().regime;
  double last = 1;
  for (int i = 0; i < doublings; ++i) {
    const double next = last * 2;
    auto point = what_if.scaled(knob, next);
    if (!point) break;
    shift.tried_to = shift.now * next;
    if (point->regime != present) {
      double low = last, high = next;
      while (high / low > 1 + 1e-6) {
        const double middle = std::sqrt(low * high);
        const auto between = what_if.scaled(knob, middle);
        const bool other = between && between->regime != present;
        (other ? high : low) = middle;
        if (other) point = between;
      }
      set(shift, shift.now * high, *point);
      return shift;
    }
    last = next;
  }
  return shift;
}

}  // namespace

std::vector<RegimeShift> find_shifts(const WhatIf& what_if) {
  std::vector<RegimeShift> shifts;
  const Setup& setup = what_if.setup();
  if (setup.shape.groups.size() == 1) {
    shifts.push_back(number_shift(what_if, Knob::batch, 1));
    if (what_if.with(Knob::context, what_if.value(Knob::context) > 0 ? 0 : 1) && generates(setup.model)) {
      shifts.push_back(number_shift(what_if, Knob::context, 0));
    }
    if (setup.shape.groups.front().new_tokens > 1) shifts.push_back(number_shift(what_if, Knob::tokens, 2));
  }
  shifts.push_back(rate_shift(what_if, Knob::bandwidth, "B/s"));
  shifts.push_back(rate_shift(what_if, Knob::peak, "FLOP/s"));
  if (what_if.value(Knob::interconnect) > 0) {
    shifts.push_back(rate_shift(what_if, Knob::interconnect, "B/s"));
  }
  return shifts;
}

}  // namespace ridgeline::explain
