#include "app.h"
#include "drive_flags.h"
#include "live/host/cpus.h"
#include "options.h"
#include "repeating.h"
#include "ridgeline/audit.h"
#include "saving.h"
#include "system_flags.h"

namespace ridgeline::cli {
namespace {

struct BenchFlags {
  SystemFlags system;
  ScenarioFlags load;
  DriveFlags driving;
  SaveFlags saving;
};

/// Of a built-in workload: what is measured is the model's shape, weights are synthetic.
Result<std::vector<Input>> inputs_of(const Context& context, const BenchFlags& flags) {
  if (!flags.system.is_model()) return std::vector<Input>();
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.system.target));
  Input input;
  input.key = "model.architecture";
  input.value = model->id;
  input.provenance = model->provenance;
  return std::vector<Input>{input};
}

/// Its threads, and the programs that it starts, have the cores that they are started on.
Result<std::unique_ptr<SystemUnderTest>> make_system(const BenchFlags& flags, const Schedule& schedule,
                                                     const std::vector<int>& cpus) {
  const live::AffinityGuard affinity;
  RIDGELINE_CHECK(live::pin_this_thread(cpus));
  return flags.system.make(schedule, flags.load);
}

Result<Run> drive_system(const Context& context, const BenchFlags& flags) {
  RIDGELINE_TRY(scenario, flags.load.scenario(context));
  flags.system.complete(scenario, flags.load.shape());
  RIDGELINE_TRY(schedule, make_schedule(scenario));
  RIDGELINE_TRY(options, flags.driving.options());
  RIDGELINE_TRY(system, make_system(flags, schedule, options.system_cpus));
  RIDGELINE_TRY(run, drive(schedule, *system, options));
  run.workload = flags.system.workload();
  return run;
}

Result<Run> solve(const Context& context, const BenchFlags& flags) {
  RIDGELINE_CHECK(flags.system.check(flags.load));
  if (!flags.system.is_model()) return drive_system(context, flags);
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.system.target));
  BenchOptions options;
  RIDGELINE_TRY(scenario, flags.load.scenario(context));
  RIDGELINE_TRY(batching, flags.load.batching());
  options.scenario = scenario;
  options.batching = batching;
  options.shape = flags.load.shape();
  options.threads = flags.system.threads;
  RIDGELINE_TRY(driving, flags.driving.options());
  options.driving = driving;
  options.cpus = driving.system_cpus;
  options.seed = flags.load.seed;
  options.progress = progress;
  return bench_here(*model, options);
}

}  // namespace

void add_bench(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<BenchFlags>();
  CLI::App* command = add_command(
      app, context, "bench", "Measure a workload or a system under an MLPerf scenario",
      "  ridgeline bench resnet-50 --scenario single-stream --duration 10s\n"
      "  ridgeline bench bert-base --scenario server --qps 2 --target-latency 2s --duration 30s\n"
      "  ridgeline bench llama-110m --scenario offline --qps 5 --max-batch 8 --isl 32 --osl 16 --json\n"
      "  ridgeline bench http://127.0.0.1:8000/v1 --model NAME --scenario server --qps 4 --isl 512 --osl "
      "128\n"
      "  ridgeline bench --command 'python3 my_server.py' --scenario single-stream --duration 10s\n"
      "  ridgeline bench ./libmine.so --system-options 'threads=2' --scenario server --qps 100 "
      "--target-latency 10ms\n"
      "  ridgeline bench bert-base --scenario server --qps 2 --duration 30s --warm-up 2s --repeat 5\n"
      "The run is kept: see `ridgeline runs`. Ctrl-C ends a run cleanly with what was measured. Exit code 1 "
      "when the run is INVALID.",
      [&context, flags] {
        const auto inputs = [&] { return inputs_of(context, *flags); };
        if (flags->driving.repeat == 1) return flags->saving.show(context, solve(context, *flags), inputs);
        const auto measure = [&](std::uint64_t seed) {
          BenchFlags seeded = *flags;
          seeded.load.seed = seed;
          return solve(context, seeded);
        };
        return repeat_runs(context, flags->saving, flags->driving.repeat, flags->load.seed, measure, inputs);
      });
  flags->system.add_to(*command);
  flags->load.add_to(*command);
  flags->driving.add_to(*command);
  flags->saving.add_to(*command, SaveFlags::When::unless_refused);
}

}  // namespace ridgeline::cli
