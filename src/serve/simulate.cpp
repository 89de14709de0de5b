#include <fmt/format.h>

#include <utility>

#include "base/version.h"
#include "ridgeline/simulation.h"
#include "serve/check.h"
#include "serve/counted.h"
#include "serve/describe.h"
#include "serve/player.h"

namespace ridgeline {
namespace {

std::vector<std::string> notes(const Schedule& schedule, const SimulatedSystem& system) {
  std::vector<std::string> lines{
      fmt::format("simulated in virtual time from batch times of 1 to {}", system.batching.max_batch),
      serve::describe(system.interference, "services")};
  if (system.heat) lines.push_back(serve::describe(*system.heat));
  if (!schedule.lengths.empty()) {
    lines.push_back(system.by_length
                        ? "static batches: prompts are padded to the longest in the batch, which "
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

Result<serve::CountedRun> serve::simulate_counted(const Schedule& schedule, const SimulatedSystem& system) {
  RIDGELINE_CHECK(check(schedule, system));
  CountedRun counted;
  Run& run = counted.run;
  run.scenario = schedule.scenario;
  run.origin = RunOrigin::simulated;
  run.system = system.name;
  const std::string policy = describe(system.batching, system.replicas);
  run.workload = system.workload.empty() ? policy : system.workload + ", " + policy;
  run.version = version;
  run.machine = "virtual time";
  run.notes = notes(schedule, system);
  Player player(schedule, system);
  player.play(run);
  counted.largest_batch = player.largest_batch();
  return counted;
}

Result<Run> simulate(const Schedule& schedule, const SimulatedSystem& system) {
  RIDGELINE_TRY(counted, serve::simulate_counted(schedule, system));
  return std::move(counted.run);
}

}  // namespace ridgeline
