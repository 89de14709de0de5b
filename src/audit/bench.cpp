#include "audit/bench.h"

#include <fmt/format.h>

#include <exception>

namespace ridgeline {
namespace audit {

Result<Run> measure(Workload& workload, const std::string& model, const Schedule& schedule,
                    const BatchingPolicy& batching, const CorePlan& cores, DriveOptions driving) {
  workload.run(batching.max_batch, {});
  ServingOptions serving;
  serving.name =
      fmt::format("this machine, oneDNN fp32, {} thread{}", cores.threads, cores.threads == 1 ? "" : "s");
  serving.max_batch = batching.max_batch;
  serving.batch_timeout = batching.batch_timeout;
  serving.threads = cores.threads;
  serving.cpus = cores.workers;
  const auto system = serve_workload(workload, serving);
  driving.driver_cpus = cores.drivers;
  driving.system_cpus = cores.workers;
  RIDGELINE_TRY(run, drive(schedule, *system, driving));
  run.workload = fmt::format("{}, batch {}", model, batching.max_batch);
  if (!schedule.lengths.empty()) {
    run.notes.push_back("the requests' own lengths were not used: the workload runs one length");
  }
  if (cores.drivers.empty()) {
    run.notes.push_back("the workload has every core: the driver competes with it, and nothing is pinned");
  }
  return run;
}

}  // namespace audit

Result<Run> bench_here(const Model& model, const BenchOptions& options) {
  if (options.batching.max_batch == 0) return bad_input("a batch of 0 does nothing; give at least 1");
  RIDGELINE_TRY(schedule, make_schedule(options.scenario));
  const auto cores = audit::plan_cores(options.threads, options.driving, options.cpus);
  WorkloadOptions workload_options;
  workload_options.max_batch = options.batching.max_batch;
  workload_options.threads = cores.threads;
  workload_options.prompt_tokens = options.shape.prompt_tokens;
  workload_options.output_tokens = options.shape.output_tokens;
  workload_options.seed = options.seed;
  try {
    if (options.progress) options.progress(fmt::format("{}: preparing", model.id));
    RIDGELINE_TRY(workload, make_workload(model, workload_options));
    if (options.progress) options.progress(fmt::format("{}: {}", model.id, to_string(options.scenario.kind)));
    return audit::measure(*workload, model.id, schedule, options.batching, cores, options.driving);
  } catch (const std::exception& failure) {
    return unavailable(fmt::format("{}: {}", model.id, failure.what()));
  }
}

}  // namespace ridgeline
