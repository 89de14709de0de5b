#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "base/version.h"
#include "ridgeline/simulation.h"
#include "serve/check.h"
#include "serve/player.h"

namespace ridgeline {
namespace {

std::string describe_interference(const Interference& i) {
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
  if (parts.empty()) return "no interference: the simulated machine is quiet";
  return fmt::format("interference: {}; services take {:.3g} times the table on average",
                     fmt::join(parts, ", "), mean_stretch(i));
}

std::string describe_heat(const HeatModel& heat) {
  const SteadyHeat steady = steady_heat(heat);
  return fmt::format(
      "heat: {}, at {:g} °C; working without a break it settles at {:.3g} of its clock and "
      "{:.3g} °C ({})",
      heat.name, heat.ambient_celsius.value, steady.clock, steady.celsius,
      heat.nodes[heat.governor.sensor].name);
}

std::vector<std::string> notes(const Schedule& schedule, const SimulatedSystem& system) {
  std::vector<std::string> lines{
      fmt::format("simulated in virtual time from batch times of 1 to {}", system.batching.max_batch),
      describe_interference(system.interference)};
  if (system.heat) lines.push_back(describe_heat(*system.heat));
  if (!schedule.lengths.empty()) {
    lines.push_back(system.by_length ? "static batches: prompts are padded to the longest in the batch, which "
                                       "lasts until its longest answer is done"
                                     : "the requests' own lengths were not used: the table of batch times is "
                                       "for one length");
  }
  // Of one length only is it known what full batches sustain.
  if (is_open_loop(schedule.scenario.kind) && !(system.by_length && !schedule.lengths.empty())) {
    const double offered = schedule.scenario.target_qps * schedule.samples;
    const double rho = offered * mean_stretch(system.interference) /
                       serve::saturation_rate(system.service, system.batching, system.replicas).value();
    if (rho >= 1) {
      lines.push_back(fmt::format(
          "overloaded: the offered load is {:.3g} of what full batches sustain; latencies grow with the run",
          rho));
    }
  }
  return lines;
}

}  // namespace

Result<Run> simulate(const Schedule& schedule, const SimulatedSystem& system) {
  RIDGELINE_CHECK(serve::check(schedule, system));
  Run run;
  run.scenario = schedule.scenario;
  run.origin = RunOrigin::simulated;
  run.system = system.name;
  const std::string policy = serve::describe(system.batching, system.replicas);
  run.workload = system.workload.empty() ? policy : system.workload + ", " + policy;
  run.version = version;
  run.machine = "virtual time";
  run.notes = notes(schedule, system);
  serve::Player(schedule, system).play(run);
  return run;
}

}  // namespace ridgeline
