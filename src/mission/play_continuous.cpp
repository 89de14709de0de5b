#include <fmt/format.h>

#include <algorithm>

#include "mission/play.h"
#include "ridgeline/continuous.h"

namespace ridgeline {
namespace {

using mission::count_of;
using mission::Deployment;
using mission::number_of;

Worker worker_of(const Mission& m, const MissionPhase& phase) {
  Worker worker;
  worker.parallelism.tensor = count_of(m, phase, "tensor");
  worker.replicas = count_of(m, phase, "replicas");
  return worker;
}

TokenLengths lengths_of(const Mission& m, const MissionPhase& phase) {
  return {count_of(m, phase, "isl"), count_of(m, phase, "osl")};
}

bool same(const ContinuousOptions& a, const ContinuousOptions& b) {
  return a.worker.parallelism == b.worker.parallelism && a.worker.replicas == b.worker.replicas &&
         a.lengths.input == b.lengths.input && a.lengths.output == b.lengths.output &&
         a.limits.max_sequences == b.limits.max_sequences;
}

Result<ContinuousSystem> system_of(const Deployment& d, const ContinuousOptions& options) {
  constexpr std::size_t most_kept = 4;
  std::vector<mission::MadeSystems::Made>& all = d.made->all;
  const auto known = std::find_if(all.begin(), all.end(), [&](const mission::MadeSystems::Made& made) {
    return same(made.options, options);
  });
  if (known != all.end()) return known->system;
  RIDGELINE_TRY(system, make_continuous_system(*d.model, *d.hardware, options, d.calibration));
  if (all.size() == most_kept) all.erase(all.begin());
  all.push_back({options, system});
  return system;
}

}  // namespace

Result<Hertz> mission::saturated_rate_continuous(const Mission& m, const MissionPhase& phase,
                                                 const Deployment& d) {
  ServingPoint point;
  point.isl = lengths_of(m, phase).input;
  point.osl = lengths_of(m, phase).output;
  point.precision = d.precision;
  point.worker = worker_of(m, phase);
  point.concurrency = number_of(m, phase, "saturating_batch") * point.worker.replicas;
  RIDGELINE_TRY(prediction, predict_serving(*d.model, *d.hardware, point, d.calibration));
  return prediction.requests;
}

Result<mission::Played> mission::play_continuous(const Mission& m, const MissionPhase& phase,
                                                 const Deployment& d) {
  ContinuousOptions options;
  options.precision = d.precision;
  options.worker = worker_of(m, phase);
  options.lengths = lengths_of(m, phase);
  options.limits.max_sequences = count_of(m, phase, "max_batch");
  RIDGELINE_TRY(system, system_of(d, options));
  system.name = fmt::format("{} x {} in {}", options.worker.devices(), d.hardware->id, m.precision);
  system.workload =
      fmt::format("{}, continuous batches of up to {}", d.model->id, options.limits.max_sequences);
  system.seed = m.seed;
  system.interference = interference_of(m, phase);
  system.heat = heat_of(m, phase, d.heat);
  RIDGELINE_TRY(schedule, make_schedule(scenario_of(m, phase)));
  Played played;
  RIDGELINE_TRY(saturated, saturated_rate_continuous(m, phase, d));
  RIDGELINE_TRY(run, simulate_continuous(schedule, system));
  played.saturated = saturated;
  played.run = std::move(run);
  return played;
}

}  // namespace ridgeline
