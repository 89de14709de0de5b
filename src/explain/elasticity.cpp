// What small changes of one input do.

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "explain/what_if.h"
#include "explain/work.h"

namespace ridgeline::explain {
namespace {

double slope(double latency_ratio, double input_ratio) {
  return portable_log(latency_ratio) / portable_log(input_ratio);
}

Elasticity of_rate(const WhatIf& what_if, Knob knob) {
  Elasticity e;
  e.input = to_string(knob);
  const auto measure = [&](double factor, std::optional<double>& ratio, std::optional<double>& elasticity) {
    const auto point = what_if.scaled(knob, factor);
    if (!point) return;
    ratio = point->latency / what_if.now().latency;
    elasticity = slope(*ratio, factor);
  };
  measure(1.1, e.up_ratio, e.up);
  measure(0.9, e.down_ratio, e.down);
  return e;
}

Elasticity of_number(const WhatIf& what_if, Knob knob, const Work& work, std::uint32_t least) {
  Elasticity e;
  e.input = to_string(knob);
  e.other_work = true;
  const double now = what_if.value(knob);
  const double step = std::max(1.0, std::round(now / 10));
  const double amount = work.per_pass() ? 1 : amount_of(what_if.setup().shape, work.unit);
  const auto measure = [&](double to, std::optional<double>& ratio, std::optional<double>& elasticity) {
    if (to < least || to > 4e9) return;
    const auto number = static_cast<std::uint32_t>(to);
    const auto point = what_if.with(knob, number);
    if (!point) return;
    const double there = work.per_pass() ? 1 : amount_of(what_if.shape_with(knob, number), work.unit);
    ratio = (point->latency / there) / (what_if.now().latency / amount);
    elasticity = slope(*ratio, to / now);
  };
  measure(now + step, e.up_ratio, e.up);
  measure(now - step, e.down_ratio, e.down);
  return e;
}

}  // namespace

std::vector<Elasticity> find_elasticities(const WhatIf& what_if, const Work& work) {
  std::vector<Elasticity> found;
  for (const Knob knob : {Knob::peak, Knob::bandwidth, Knob::interconnect, Knob::compute_efficiency,
                          Knob::memory_efficiency, Knob::overheads}) {
    if (knob == Knob::interconnect && what_if.value(knob) == 0) continue;
    found.push_back(of_rate(what_if, knob));
  }
  if (what_if.value(Knob::batch) > 0) found.push_back(of_number(what_if, Knob::batch, work, 1));
  if (what_if.value(Knob::context) > 0) found.push_back(of_number(what_if, Knob::context, work, 1));
  if (what_if.value(Knob::tokens) > 1) found.push_back(of_number(what_if, Knob::tokens, work, 2));
  return found;
}

}  // namespace ridgeline::explain
