#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "options.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

struct Flags {
  std::string model, hardware;
  DeploymentFlags deployment;
  StepFlags step;
  bool explain_inputs = false;
};

Result<Profile> solve(const Context& context, const Flags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, catalog.model(flags.model));
  RIDGELINE_TRY(hardware, catalog.hardware(flags.hardware));
  RIDGELINE_TRY(plan, flags.deployment.plan());
  RIDGELINE_TRY(calibration, flags.deployment.calibrate());
  RIDGELINE_TRY(shape, flags.step.shape(*model));
  return predict(*model, *hardware, plan, shape, calibration);
}

int run(const Context& context, const Flags& flags) {
  const auto profile = solve(context, flags);
  if (!profile) return fail(profile.error());
  if (context.json) {
    fmt::print("{}", report::json(*profile));
  } else {
    fmt::print("{}", report::text(*profile));
    if (flags.explain_inputs) fmt::print("\n{}", report::inputs_text(*profile));
  }
  return profile->footprint.fits() ? exit_fine : exit_infeasible;
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, context, "predict", "How fast one pass of a model runs on a device, and what binds it",
                  "  ridgeline predict llama-3-8b h100-sxm-80gb\n"
                  "  ridgeline predict llama-3-8b a100-sxm-80gb --calibration textbook --efficiency 0.5 "
                  "--overhead-per-layer 0.1ms\n"
                  "  ridgeline predict llama-3.1-70b h200-sxm-141gb --precision fp8 --batch 64 --context "
                  "2048 --explain-inputs\n"
                  "  ridgeline predict resnet-50 l4 --precision int8 --batch 32 --json\n"
                  "Exit code 3 when the model does not fit the device's memory.",
                  [&context, flags] { return run(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias (`ridgeline catalog list --models`)")
      ->required();
  command->add_option("hardware", flags->hardware, "Device id or alias (`ridgeline catalog list --hardware`)")
      ->required();
  flags->step.add_to(*command);
  flags->deployment.add_to(*command);
  command->add_flag("--explain-inputs", flags->explain_inputs,
                    "List every value used and where it comes from");
}

}  // namespace ridgeline::cli
