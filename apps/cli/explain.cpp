#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app.h"
#include "explain_inputs.h"
#include "explain_predictions.h"
#include "explain_runs.h"
#include "output.h"
#include "ridgeline/explanation.h"
#include "ridgeline/provenance.h"
#include "setup_flags.h"

namespace ridgeline::cli {
namespace {

struct ExplainFlags {
  SetupFlags baseline;  ///< and the proposal, but for what is changed
  std::string proposal;
  InputsFlags inputs;
  std::vector<std::string> changes;
  CompareOptions options;
};

Result<Explanation> solve(const Context& context, const ExplainFlags& flags) {
  if (flags.proposal.empty() && flags.changes.empty())
    return bad_input("--proposal: name a device, or say with --change what is different");
  SetupFlags proposal = flags.baseline;
  if (!flags.proposal.empty()) proposal.hardware = flags.proposal;
  for (const std::string& change : flags.changes) RIDGELINE_CHECK(apply_change(proposal, change));
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(before, flags.baseline.setup(context, catalog));
  RIDGELINE_TRY(after, proposal.setup(context, catalog));
  return compare(before, after, flags.options);
}

int show(const Context& context, const Result<Explanation>& explanation) {
  if (!explanation) return fail(explanation.error());
  const ProfileDifference& d = explanation->profiles;
  const auto inputs = of_both_sides(d.baseline.inputs, d.proposal.inputs);
  if (context.json || context.markdown) {
    print_result(context, with_given(context, inputs), *explanation);
  } else {
    print_text(context, report::text(*explanation));
  }
  return d.kind == DifferenceCase::infeasible ? exit_infeasible : exit_fine;
}

int run(const Context& context, const ExplainFlags& flags) {
  if (flags.baseline.model.empty() || flags.baseline.hardware.empty())
    return fail(bad_input(
        "explain: give --model, --baseline and --proposal, two runs or predictions, or --inputs RESULT"));
  return show(context, solve(context, flags));
}

bool any_prediction(const std::vector<std::string>& paths) {
  return std::any_of(paths.begin(), paths.end(), is_prediction);
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ExplainFlags>();
  const auto runs = std::make_shared<ExplainRuns>();
  CLI::App* command = add_command(
      app, context, "explain", "Why a proposal is faster than a baseline, or is not",
      "  ridgeline explain --model llama-3-8b --baseline a100-sxm-80gb --proposal h100-sxm-80gb --efficiency "
      "0.5\n"
      "  ridgeline explain --model llama-3-8b --baseline a100 --proposal h100 --batch 256 --efficiency 0.41\n"
      "  ridgeline explain --model llama-3.1-70b --baseline h100 --tp 4 --batch 16 --context 4000 --change "
      "precision=fp8\n"
      "  ridgeline explain --model llama-3-8b --baseline h100 --change batch=64 --change "
      "hardware.memory.bandwidth=4.8TB/s\n"
      "  ridgeline explain 3f2a 91\n"
      "Two runs, by their ids or files, are compared by docs/run-differences.md; two predictions, files of\n"
      "`predict --json`, as two setups are.\n"
      "Exit code 3 when either side does not fit.",
      [&context, flags, runs] {
        if (!flags->inputs.of.empty()) {
          flags->inputs.store = runs->store;
          return explain_inputs(context, flags->inputs);
        }
        if (any_prediction(runs->runs))
          return show(context, explain_predictions(context, runs->runs, flags->options));
        return runs->asked() ? explain_runs(context, *runs) : run(context, *flags);
      });
  command->add_option("--model", flags->baseline.model, "Model id or alias");
  command->add_option("--baseline", flags->baseline.hardware, "Device id or alias");
  command->add_option("--proposal", flags->proposal,
                      "Device id or alias; default the baseline's, with --change");
  command
      ->add_option("--change", flags->changes,
                   "KEY=VALUE, of the proposal alone; may be repeated: " + change_keys())
      ->allow_extra_args(false);
  flags->baseline.step.add_to(*command);
  flags->baseline.deployment.add_to(*command);
  flags->baseline.parallelism.add_to(*command);
  command
      ->add_option("--price-per-hour", flags->baseline.price_per_hour,
                   "USD an hour of one device, on both sides unless changed; default its price, amortised")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--amortize-years", flags->options.amortisation_years,
                   "Years of every hour that a device's price is spread over")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--exact-factors", flags->options.exact_factors,
                   "With more factors that changed, orders are sampled")
      ->check(CLI::Range(0U, 20U))
      ->capture_default_str();
  flags->inputs.add_to(*command);
  add_explain_runs(*command, *runs);
  add_format(*command, context);
}

}  // namespace ridgeline::cli
