#include "app.h"
#include "options.h"
#include "ridgeline/audit.h"
#include "saving.h"

namespace ridgeline::cli {
namespace {

struct Flags {
  std::string model;
  ScenarioFlags load;
  SaveFlags saving;
  unsigned threads = 0;
};

/// What is measured is the model's shape: weights are synthetic.
Result<std::vector<Input>> inputs_of(const Context& context, const Flags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.model));
  Input input;
  input.key = "model.architecture";
  input.value = model->id;
  input.provenance = model->provenance;
  return std::vector<Input>{input};
}

Result<Run> solve(const Context& context, const Flags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.model));
  BenchOptions options;
  RIDGELINE_TRY(scenario, flags.load.scenario(context));
  RIDGELINE_TRY(batching, flags.load.batching());
  options.scenario = scenario;
  options.batching = batching;
  options.shape = flags.load.shape();
  options.threads = flags.threads;
  options.seed = flags.load.seed;
  options.progress = progress;
  options.stop = &stop_flag();
  return bench_here(*model, options);
}

}  // namespace

void add_bench(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(
      app, context, "bench", "Measure a built-in workload on this machine under an MLPerf scenario",
      "  ridgeline bench resnet-50 --scenario single-stream --duration 10s\n"
      "  ridgeline bench bert-base --scenario server --qps 2 --target-latency 2s --duration 30s\n"
      "  ridgeline bench llama-110m --scenario offline --qps 5 --max-batch 8 --isl 32 --osl 16 --json\n"
      "The run is kept: see `ridgeline runs`. Ctrl-C ends a run cleanly with what was measured. Exit code 1 "
      "when the run is INVALID.",
      [&context, flags] {
        return flags->saving.show(context, solve(context, *flags),
                                  [&] { return inputs_of(context, *flags); });
      });
  command->add_option("model", flags->model, "Model id or alias; oneDNN runs it with synthetic weights")
      ->required();
  flags->load.add_to(*command);
  flags->saving.add_to(*command, SaveFlags::When::unless_refused);
  command
      ->add_option("--threads", flags->threads, "For the workload; default all cores but one, for the driver")
      ->check(CLI::Range(1U, 4096U));
}

}  // namespace ridgeline::cli
