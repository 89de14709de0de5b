// What was bought and left idle.

#include <algorithm>
#include <cmath>

#include "explain/what_if.h"

namespace ridgeline::explain {
namespace {

constexpr double raised_by = 1.005;  ///< what prints as a larger ratio

/// The least share of the input with which the proposal takes as long: bisection of its logarithm.
double least_share(const WhatIf& proposal, Knob knob) {
  constexpr double least = 1e-6;
  if (as_fast_with(proposal, knob, least)) return 0;
  double low = least, high = 1;
  while (high / low > 1 + 1e-5) {
    const double middle = std::sqrt(low * high);
    (as_fast_with(proposal, knob, middle) ? high : low) = middle;
  }
  return high;
}

void add_rate(std::vector<IdleCapability>& found, const WhatIf& proposal, const WhatIf& baseline, Knob knob,
              const char* unit) {
  const double before = baseline.value(knob), after = proposal.value(knob);
  if (before <= 0 || after <= before * raised_by) return;
  found.push_back({std::string(to_string(knob)), unit, before, after, after * least_share(proposal, knob)});
}

}  // namespace

std::vector<IdleCapability> find_idle(const WhatIf& proposal, const Setup& before) {
  std::vector<IdleCapability> found;
  const auto baseline = WhatIf::make(before);
  if (!baseline) return found;
  add_rate(found, proposal, *baseline, Knob::peak, "FLOP/s");
  add_rate(found, proposal, *baseline, Knob::bandwidth, "B/s");
  const double had = before.hardware.memory.capacity->value.value();
  const double has = proposal.setup().hardware.memory.capacity->value.value();
  if (has > had * raised_by) {
    found.push_back({"memory capacity", "B", had, has, proposal.need().value()});
  }
  add_rate(found, proposal, *baseline, Knob::interconnect, "B/s");
  return found;
}

}  // namespace ridgeline::explain
