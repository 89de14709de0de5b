#include "ridgeline/heat.h"

#include <fmt/format.h>

#include <cmath>

#include "serve/heat_network.h"

namespace ridgeline {
namespace {

Status check_positive(std::string_view what, double value) {
  if (std::isfinite(value) && value > 0) return Status::success();
  return bad_input(fmt::format("heat: {} is {}; must be above 0", what, value));
}

Status check_steps(const std::vector<ClockStep>& steps) {
  if (steps.empty() || steps[0].clock != 1 || steps[0].power != 1)
    return bad_input("heat: the first clock step must be the full clock: clock 1 and power 1");
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const bool descends = steps[i].clock < steps[i - 1].clock && steps[i].power < steps[i - 1].power;
    if (!descends || !(steps[i].clock >= 0.01) || !(steps[i].power > 0)) {
      return bad_input(
          fmt::format("heat: clock step {} is {} at power {}; must be slower and cooler than the one before, "
                      "with a clock of 0.01 or more and a power above 0",
                      i + 1, steps[i].clock, steps[i].power));
    }
  }
  return Status::success();
}

Status check_governor(const HeatModel& model) {
  const Governor& g = model.governor;
  if (g.sensor >= model.nodes.size())
    return bad_input(fmt::format("heat: the governor's node is {} of {}", g.sensor + 1, model.nodes.size()));
  const double ambient = model.ambient_celsius.value;
  if (!std::isfinite(ambient) || ambient < -60)
    return bad_input(fmt::format("heat: the ambient is at {} °C; must be -60 or more", ambient));
  const double trip = g.trip_celsius.value, release = g.release_celsius.value;
  if (!(ambient < release && release < trip && std::isfinite(trip))) {
    return bad_input(fmt::format(
        "heat: ambient {:g} °C, release {:g} °C and trip {:g} °C must ascend: the device could never cool",
        ambient, release, trip));
  }
  const double period = g.period.value.value();
  if (!(period >= 1e-4 && period <= 3600))
    return bad_input(fmt::format("heat: the governor's period is {} s; must be 0.0001 to 3600", period));
  return Status::success();
}

/// K/W from the power to the air, as the governor's node sees it: heat flows through what lies behind it.
double resistance_seen(const HeatModel& model) {
  double sum = 0;
  for (std::size_t i = model.governor.sensor; i < model.nodes.size(); ++i)
    sum += model.nodes[i].kelvin_per_watt.value;
  return sum;
}

Watts busy_power(const HeatModel& model, const ClockStep& step) {
  return model.idle.value + step.power * (model.active.value - model.idle.value);
}

}  // namespace

Status validate(const HeatModel& model) {
  if (model.nodes.empty() || model.nodes.size() > serve::most_heat_nodes)
    return bad_input(
        fmt::format("heat: {} nodes; must be 1 to {}", model.nodes.size(), serve::most_heat_nodes));
  for (const HeatNode& node : model.nodes) {
    RIDGELINE_CHECK(check_positive("the heat capacity of " + node.name, node.joules_per_kelvin.value));
    RIDGELINE_CHECK(check_positive("the thermal resistance of " + node.name, node.kelvin_per_watt.value));
  }
  const double idle = model.idle.value.value(), active = model.active.value.value();
  if (!(idle >= 0 && active >= idle && std::isfinite(active)))
    return bad_input(
        fmt::format("heat: idle power {} W and active power {} W; must ascend from 0", idle, active));
  RIDGELINE_CHECK(check_steps(model.steps));
  return check_governor(model);
}

SteadyHeat steady_heat(const HeatModel& model) {
  const double r = resistance_seen(model), ambient = model.ambient_celsius.value;
  const double trip = model.governor.trip_celsius.value, release = model.governor.release_celsius.value;
  const auto settled = [&](std::size_t i) { return ambient + r * busy_power(model, model.steps[i]).value(); };
  std::size_t step = 0;
  while (step + 1 < model.steps.size() && settled(step) > trip) ++step;
  SteadyHeat steady;
  steady.throttled = step > 0;
  steady.clock = model.steps[step].clock;
  steady.celsius = settled(step);
  steady.power = busy_power(model, model.steps[step]);
  if (step > 0 && steady.celsius < release) {
    steady.celsius = (trip + release) / 2;
    const Watts cool = steady.power, hot = busy_power(model, model.steps[step - 1]);
    steady.power = Watts((steady.celsius - ambient) / r);
    const double at_hot = (steady.power - cool) / (hot - cool);
    steady.clock += at_hot * (model.steps[step - 1].clock - steady.clock);
  }
  std::size_t least = step;
  while (least + 1 < model.steps.size() && settled(least + 1) >= release) ++least;
  steady.least_clock = least == step ? steady.clock : model.steps[least].clock;
  steady.least_celsius = least == step ? steady.celsius : settled(least);
  return steady;
}

}  // namespace ridgeline
