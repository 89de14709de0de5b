#include <fmt/format.h>

#include "app.h"
#include "options.h"
#include "ridgeline/simulation.h"

namespace ridgeline::cli {
namespace {

struct Flags {
  std::string model, hardware;
  DeploymentFlags deployment;
  ScenarioFlags load;
  double noise_sigma = 0;
  std::uint32_t replicas = 1;
};

Result<Run> solve(const Context& context, const Flags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.model));
  RIDGELINE_TRY(hardware, catalog.hardware(flags.hardware));
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(scenario, flags.load.scenario());
  RIDGELINE_TRY(batching, flags.load.batching());
  RIDGELINE_TRY(service, make_service_table(*model, *hardware, plan, flags.load.shape(), batching.max_batch,
                                            calibration));
  RIDGELINE_TRY(schedule, make_schedule(scenario));
  SimulatedSystem system;
  system.name = fmt::format("{} x {}, batch {}", flags.replicas, hardware->id, batching.max_batch);
  system.service = std::move(service);
  system.batching = batching;
  system.interference.noise_sigma = flags.noise_sigma;
  system.replicas = flags.replicas;
  system.seed = flags.load.seed;
  RIDGELINE_TRY(run, simulate(schedule, system));
  run.workload = model->id;
  return run;
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(
      app, context, "simulate", "The latency distribution of a simulated system under an MLPerf scenario",
      "  ridgeline simulate resnet-50 l4 --scenario server --qps 800 --target-latency 15ms --max-batch 8\n"
      "  ridgeline simulate bert-base t4 --scenario offline --qps 300 --max-batch 32 --duration 60s\n"
      "  ridgeline simulate llama-3-8b h100 --scenario single-stream --isl 512 --osl 128\n"
      "Exit code 1 when the run is INVALID.",
      [&context, flags] { return show_run(context, solve(context, *flags)); });
  command->add_option("model", flags->model, "Model id or alias")->required();
  command->add_option("hardware", flags->hardware, "Device id or alias")->required();
  flags->load.add_to(*command);
  flags->deployment.add_to(*command);
  command
      ->add_option("--noise-sigma", flags->noise_sigma, "Lognormal noise on service times: sigma of the log")
      ->capture_default_str();
  command->add_option("--replicas", flags->replicas, "Workers that share the queue")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
}

}  // namespace ridgeline::cli
