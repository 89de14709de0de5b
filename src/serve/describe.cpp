#include "serve/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "serve/disturbances.h"

namespace ridgeline::serve {
namespace {

std::string between(double least, double most) {
  return least == most ? fmt::format("{:.3g}", most) : fmt::format("{:.3g} to {:.3g}", least, most);
}

}  // namespace

std::string describe(const Interference& i, std::string_view what) {
  if (is_quiet(i)) return "no interference: the simulated machine is quiet";
  std::vector<std::string> parts;
  if (!i.noise_factors.empty()) {
    parts.push_back(fmt::format("service noise drawn from {} factors", i.noise_factors.size()));
  } else if (i.noise_sigma > 0) {
    parts.push_back(fmt::format("service noise with sigma {:g}", i.noise_sigma));
  }
  if (i.pause_rate.value() > 0)
    parts.push_back(fmt::format("{:g} pauses a second of computing", i.pause_rate.value()));
  if (i.background_load > 0) {
    parts.push_back(fmt::format("background load {:g} in bursts of {}", i.background_load,
                                show(to_seconds(i.background_burst))));
  }
  if (i.context_switch_rate.value() > 0) {
    parts.push_back(fmt::format("{:g} context switches a second of {}", i.context_switch_rate.value(),
                                show(to_seconds(i.context_switch_cost + i.cache_refill))));
  }
  return fmt::format("interference: {}; {} take {:.3g} times the table on average", fmt::join(parts, ", "),
                     what, mean_stretch(i));
}

std::string describe(const HeatModel& heat) {
  const SteadyHeat steady = steady_heat(heat);
  return fmt::format(
      "heat: {}, at {:g} °C; working without a break it settles at {} of its clock and {} °C ({})", heat.name,
      heat.ambient_celsius.value, between(steady.least_clock, steady.clock),
      between(steady.least_celsius, steady.celsius), heat.nodes[heat.governor.sensor].name);
}

}  // namespace ridgeline::serve
