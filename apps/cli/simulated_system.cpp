#include "simulated_system.h"

#include <fmt/format.h>

namespace ridgeline::cli {

Result<RequestShape> shape_of(const Context& context, const ScenarioFlags& load, const Model& model) {
  const bool drawn = !load.lengths.empty() || load.arrivals.starts_with("trace:");
  if (load.isl > 0 || load.osl > 0 || !drawn || !generates(model)) return load.shape();
  RIDGELINE_TRY(scenario, load.scenario(context));
  RIDGELINE_TRY(schedule, make_schedule(scenario));
  if (schedule.lengths.empty()) return load.shape();
  const TokenLengths mean = mean_lengths(schedule.lengths);
  return RequestShape{mean.input, mean.output};
}

Result<RunScenario> static_batches(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                   const Calibration& calibration, const StaticBatches& how) {
  RIDGELINE_TRY(service,
                make_service_table(model, hardware, plan, how.shape, how.batching.max_batch, calibration));
  SimulatedSystem system;
  system.name = fmt::format("{} x {}, batch {}", how.replicas, hardware.id, how.batching.max_batch);
  system.service = std::move(service);
  system.batching = how.batching;
  system.interference = how.disturbance.interference;
  system.heat = how.disturbance.heat;
  system.windows = how.disturbance.windows;
  system.replicas = how.replicas;
  return RunScenario(
      [system, model, hardware, plan, calibration](const Scenario& scenario) mutable -> Result<Run> {
        RIDGELINE_TRY(schedule, make_schedule(scenario));
        system.seed = scenario.seed;
        RIDGELINE_CHECK(take_lengths(system, schedule, model, hardware, plan, calibration));
        RIDGELINE_TRY(run, simulate(schedule, system));
        run.workload = model.id;
        return run;
      });
}

}  // namespace ridgeline::cli
