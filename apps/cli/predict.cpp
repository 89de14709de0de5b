#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "offline.h"
#include "options.h"
#include "output.h"

namespace ridgeline::cli {
namespace {

struct PredictFlags {
  std::string model, hardware;
  DeploymentFlags deployment;
  StepFlags step;
  ParallelismFlags parallelism;
  ServingFlags serving;
  OfflineFlags offline;
  bool explain_inputs = false;
};

/// What both kinds of prediction need.
struct Deployed {
  Catalog catalog;  // model and hardware point into it
  const Model* model = nullptr;
  const Hardware* hardware = nullptr;
  PrecisionPlan plan;
  Calibration calibration;
  Parallelism parallelism;
};

Result<Deployed> deploy(const Context& context, const PredictFlags& flags) {
  Deployed d;
  RIDGELINE_TRY(catalog, load_catalog(context));
  d.catalog = std::move(catalog);
  RIDGELINE_TRY(model, find_model(context, d.catalog, flags.model));
  RIDGELINE_TRY(hardware, find_hardware(context, d.catalog, flags.hardware));
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(parallelism, flags.parallelism.parallelism(*model));
  d.model = model;
  d.hardware = hardware;
  d.plan = plan;
  d.calibration = calibration;
  d.parallelism = parallelism;
  return d;
}

int run_pass(const Context& context, const PredictFlags& flags) {
  const auto solve = [&]() -> Result<Profile> {
    RIDGELINE_TRY(d, deploy(context, flags));
    RIDGELINE_TRY(shape, flags.step.shape(*d.model));
    return predict(*d.model, *d.hardware, d.plan, shape, d.calibration, d.parallelism);
  };
  auto profile = solve();
  if (!profile) return fail(profile.error());
  profile->inputs = with_given(context, std::move(profile->inputs));
  if (context.json) {
    print_document(context, report::json(*profile), {}, Listed::by_the_document);
  } else {
    print_result(context, flags.explain_inputs ? std::vector<Input>() : profile->inputs, *profile);
    if (flags.explain_inputs) print_inputs(context, profile->inputs);
  }
  return profile->footprint.fits() ? exit_fine : exit_infeasible;
}

int run_serving(const Context& context, const PredictFlags& flags) {
  const auto solve = [&]() -> Result<std::pair<ServingPoint, ServingPrediction>> {
    RIDGELINE_TRY(d, deploy(context, flags));
    RIDGELINE_TRY(point, flags.serving.point(*d.model, d.plan, d.parallelism));
    RIDGELINE_TRY(prediction, predict_serving(*d.model, *d.hardware, point, d.calibration));
    return std::pair{point, std::move(prediction)};
  };
  const auto solved = solve();
  if (!solved) return fail(solved.error());
  const auto& [point, prediction] = *solved;
  const std::vector<Input> inputs = with_given(context, prediction.inputs);
  const bool listed = flags.explain_inputs && !context.json;
  print_result(context, listed ? std::vector<Input>() : inputs, point, prediction);
  if (listed) print_inputs(context, inputs);
  return exit_fine;
}

int run_offline(const Context& context, const PredictFlags& flags) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const auto model = find_model(context, *catalog, flags.model);
  if (!model) return fail(model.error());
  const auto hardware = find_hardware(context, *catalog, flags.hardware);
  if (!hardware) return fail(hardware.error());
  const auto plan = flags.deployment.plan(**model);
  if (!plan) return fail(plan.error());
  return flags.offline.run(context, **model, **hardware, *plan, flags.serving.isl, flags.serving.osl,
                           flags.explain_inputs);
}

int run(const Context& context, const PredictFlags& flags) {
  if (flags.offline.offline) return run_offline(context, flags);
  return flags.serving.concurrency ? run_serving(context, flags) : run_pass(context, flags);
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<PredictFlags>();
  CLI::App* command = add_command(
      app, context, "predict", "How fast a pass of a model runs, or how fast it serves, and what binds it",
      "  ridgeline predict llama-3-8b h100-sxm-80gb\n"
      "  ridgeline predict llama-3-8b a100-sxm-80gb --calibration textbook --efficiency 0.5 "
      "--overhead-per-layer 0.1ms\n"
      "  ridgeline predict llama-3.1-70b h200-sxm-141gb --precision fp8 --batch 64 --context "
      "2048 --explain-inputs\n"
      "  ridgeline predict resnet-50 l4 --precision int8 --batch 32 --json\n"
      "  ridgeline predict llama-3.1-70b h100-sxm-80gb --precision fp8 --tp 4 --stack vllm --isl 1024 "
      "--osl 1024 --concurrency 64\n"
      "  ridgeline predict deepseek-r1 gb200 --precision fp8 --dp 8 --disagg 2xtp4 --concurrency 256\n"
      "  ridgeline predict llama-2-70b h200-sxm-141gb --offline --devices 8\n"
      "Exit code 3 when the model does not fit the device's memory.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias (`ridgeline catalog list --models`)")
      ->required();
  command->add_option("hardware", flags->hardware, "Device id or alias (`ridgeline catalog list --hardware`)")
      ->required();
  flags->step.add_to(*command);
  flags->deployment.add_to(*command);
  flags->parallelism.add_to(*command);
  flags->serving.add_to(*command);
  flags->offline.add_to(*command);
  add_format(*command, context);
  command->add_flag("--explain-inputs", flags->explain_inputs,
                    "List every value used and where it comes from");
}

}  // namespace ridgeline::cli
