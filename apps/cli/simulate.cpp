#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app.h"
#include "continuous_flags.h"
#include "disturbance_flags.h"
#include "max_rate_flags.h"
#include "mission.h"
#include "options.h"
#include "output.h"
#include "ridgeline/simulation.h"
#include "saving.h"
#include "simulated_system.h"

namespace ridgeline::cli {
namespace {

struct SimulateFlags {
  std::string model, hardware;
  DeploymentFlags deployment;
  ScenarioFlags load;
  DisturbanceFlags disturbance;
  MaxRateFlags max_rate;
  ContinuousFlags continuous;
  MissionFlags mission;
  SaveFlags saving;
  std::uint32_t replicas = 1;
};

/// The system that the flags describe, and what it makes of a scenario. Its interference has the scenario's
/// seed.
Result<RunScenario> make_system(const Context& context, const SimulateFlags& flags) {
  RIDGELINE_TRY(disturbance, flags.disturbance.disturbance(context));
  if (flags.continuous.continuous) {
    return flags.continuous.system(context, flags.model, flags.hardware, flags.deployment, flags.load.shape(),
                                   flags.replicas, disturbance);
  }
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, find_model(context, catalog, flags.model));
  RIDGELINE_TRY(hardware, find_hardware(context, catalog, flags.hardware));
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(batching, flags.load.batching());
  RIDGELINE_TRY(shape, shape_of(context, flags.load, *model));
  return static_batches(*model, *hardware, plan, calibration, {batching, shape, flags.replicas, disturbance});
}

Result<Run> solve(const Context& context, const SimulateFlags& flags) {
  RIDGELINE_TRY(run, make_system(context, flags));
  RIDGELINE_TRY(scenario, flags.load.scenario(context));
  return run(scenario);
}

/// Values of the catalog and the calibration that the system's times come from.
Result<std::vector<Input>> inputs_of(const Context& context, const SimulateFlags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.model));
  RIDGELINE_TRY(hardware, catalog.hardware(flags.hardware));
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(spread, flags.continuous.parallelism.parallelism(*model));
  RIDGELINE_TRY(profile, predict(*model, *hardware, plan, StepShape::samples(1), calibration, spread));
  std::vector<Input> inputs = std::move(profile.inputs);
  const auto add = [&inputs](std::vector<Input> more) {
    std::move(more.begin(), more.end(), std::back_inserter(inputs));
  };
  if (flags.continuous.continuous) add(serving_inputs(calibration));
  RIDGELINE_TRY(disturbance, flags.disturbance.disturbance(context));
  if (disturbance.heat) add(ridgeline::inputs_of(*disturbance.heat));
  return with_given(context, std::move(inputs));
}

/// A mission's id stands where a model and a device would.
int show(const Context& context, const SimulateFlags& flags) {
  if (flags.mission.list) return list_missions(context);
  const bool one_run = !flags.hardware.empty() && !flags.mission.any() && !flags.max_rate.find;
  if (flags.saving.save && !one_run)
    return fail(bad_input("--save keeps one run, not a mission or a search"));
  if (flags.hardware.empty() && is_mission(context, flags.model))
    return run_mission(context, flags.model, flags.mission);
  if (flags.hardware.empty() || flags.mission.any()) return fail(no_mission(flags.model));
  if (!flags.max_rate.find)
    return flags.saving.show(context, solve(context, flags), [&] { return inputs_of(context, flags); });
  SimulateFlags searched = flags;
  if (!searched.load.qps) searched.load.qps = flags.max_rate.options.start;
  return flags.max_rate.show(context, searched.load.scenario(context), make_system(context, searched),
                             [&] { return inputs_of(context, flags); });
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<SimulateFlags>();
  CLI::App* command = add_command(
      app, context, "simulate", "The latency distribution of a simulated system under an MLPerf scenario",
      "  ridgeline simulate resnet-50 l4 --scenario server --qps 800 --target-latency 15ms --max-batch 8\n"
      "  ridgeline simulate bert-base t4 --scenario offline --qps 300 --max-batch 32 --duration 60s\n"
      "  ridgeline simulate llama-3-8b h100 --scenario single-stream --isl 512 --osl 128\n"
      "  ridgeline simulate resnet-50 l4 --scenario server --find-max-qps --target-latency 15ms --max-batch "
      "8\n"
      "  ridgeline simulate llama-3.1-70b h100 --precision fp8 --tp 4 --stack vllm --continuous --scenario "
      "server "
      "--qps 4 --isl 1024 --osl 256\n"
      "  ridgeline simulate edge-guardian --fix --sweep noise.sigma\n"
      "Exit code 1 when the run is INVALID or a mission's threshold breaks.",
      [&context, flags] { return show(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias, or alone a mission's id");
  command->add_option("hardware", flags->hardware, "Device id or alias");
  flags->load.add_to(*command);
  flags->deployment.add_to(*command);
  flags->disturbance.add_to(*command);
  flags->max_rate.add_to(*command);
  flags->continuous.add_to(*command);
  flags->mission.add_to(*command);
  flags->saving.add_to(*command, SaveFlags::When::asked);
  add_format(*command, context);
  // A continuous engine forms its own batches.
  for (const char* name : {"--max-batch", "--batch-timeout"})
    command->get_option(name)->excludes("--continuous");
  command->add_option("--replicas", flags->replicas, "Workers that share the queue")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
}

}  // namespace ridgeline::cli
