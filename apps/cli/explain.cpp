#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "explain_inputs.h"
#include "explain_runs.h"
#include "options.h"
#include "output.h"
#include "ridgeline/explanation.h"
#include "ridgeline/provenance.h"

namespace ridgeline::cli {
namespace {

struct Flags {
  std::string model, baseline, proposal;
  InputsFlags inputs;
  DeploymentFlags deployment;
  StepFlags step;
  ParallelismFlags parallelism;
};

Result<ProfileDifference> solve(const Context& context, const Flags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, find_model(context, catalog, flags.model));
  RIDGELINE_TRY(baseline_hardware, find_hardware(context, catalog, flags.baseline));
  RIDGELINE_TRY(proposal_hardware, find_hardware(context, catalog, flags.proposal));
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(shape, flags.step.shape(*model));
  RIDGELINE_TRY(parallelism, flags.parallelism.parallelism(*model));
  RIDGELINE_TRY(baseline_calibration, flags.deployment.calibrate(context, *model, *baseline_hardware));
  RIDGELINE_TRY(proposal_calibration, flags.deployment.calibrate(context, *model, *proposal_hardware));
  RIDGELINE_TRY(baseline,
                predict(*model, *baseline_hardware, plan, shape, baseline_calibration, parallelism));
  RIDGELINE_TRY(proposal,
                predict(*model, *proposal_hardware, plan, shape, proposal_calibration, parallelism));
  return compare(baseline, proposal);
}

int run(const Context& context, const Flags& flags) {
  if (flags.model.empty() || flags.baseline.empty() || flags.proposal.empty())
    return fail(bad_input("explain: give --model, --baseline and --proposal, two runs, or --inputs RESULT"));
  const auto difference = solve(context, flags);
  if (!difference) return fail(difference.error());
  const auto inputs = of_both_sides(difference->baseline.inputs, difference->proposal.inputs);
  if (context.json || context.markdown) {
    print_result(context, with_given(context, inputs), *difference);
  } else {
    print_text(context, report::text(*difference));
  }
  return difference->kind == DifferenceCase::infeasible ? exit_infeasible : exit_fine;
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<Flags>();
  const auto runs = std::make_shared<ExplainRuns>();
  CLI::App* command = add_command(
      app, context, "explain", "Why a proposal is faster than a baseline, or is not",
      "  ridgeline explain --model llama-3-8b --baseline a100-sxm-80gb --proposal h100-sxm-80gb --efficiency "
      "0.5\n"
      "  ridgeline explain --model llama-3-8b --baseline a100 --proposal h100 --batch 256 --efficiency 0.41\n"
      "  ridgeline explain 3f2a 91\n"
      "Two runs, by their ids or files, are compared by docs/run-differences.md.\n"
      "Exit code 3 when either side does not fit.",
      [&context, flags, runs] {
        if (!flags->inputs.of.empty()) {
          flags->inputs.store = runs->store;
          return explain_inputs(context, flags->inputs);
        }
        return runs->asked() ? explain_runs(context, *runs) : run(context, *flags);
      });
  command->add_option("--model", flags->model, "Model id or alias");
  command->add_option("--baseline", flags->baseline, "Device id or alias");
  command->add_option("--proposal", flags->proposal, "Device id or alias");
  flags->step.add_to(*command);
  flags->deployment.add_to(*command);
  flags->parallelism.add_to(*command);
  flags->inputs.add_to(*command);
  add_explain_runs(*command, *runs);
  add_format(*command, context);
}

}  // namespace ridgeline::cli
