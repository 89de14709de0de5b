#include <fmt/format.h>

#include "base/text.h"
#include "ridgeline/heat.h"

namespace ridgeline {

std::vector<Input> inputs_of(const HeatModel& heat) {
  std::vector<Input> inputs;
  const auto add = [&](const std::string& key, std::string value, const Provenance& provenance) {
    inputs.push_back({"heat." + key, std::move(value), provenance});
  };
  const auto add_number = [&](const std::string& key, const Sourced<double>& number, const char* unit) {
    add(key, fmt::format("{:.4g} {}", number.value, unit), number.provenance);
  };
  add_number("ambient", heat.ambient_celsius, "°C");
  add("power.idle", show(heat.idle.value), heat.idle.provenance);
  add("power.active", show(heat.active.value), heat.active.provenance);
  for (const HeatNode& node : heat.nodes) {
    add_number(fmt::format("nodes.{}.capacity", node.name), node.joules_per_kelvin, "J/K");
    add_number(fmt::format("nodes.{}.resistance", node.name), node.kelvin_per_watt, "K/W");
  }
  add("steps", fmt::format("{} clocks", heat.steps.size()), heat.steps_provenance);
  add_number("governor.trip", heat.governor.trip_celsius, "°C");
  add_number("governor.release", heat.governor.release_celsius, "°C");
  add("governor.period", show(heat.governor.period.value), heat.governor.period.provenance);
  return inputs;
}

}  // namespace ridgeline
