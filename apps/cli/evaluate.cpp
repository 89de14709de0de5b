#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "evaluation_flags.h"
#include "options.h"
#include "output.h"
#include "report/evaluation.h"

namespace ridgeline::cli {
namespace {

struct EvaluateFlags {
  std::string model, hardware;
  DeploymentFlags deployment;
  StepFlags step;
  ParallelismFlags parallelism;
  ServingFlags serving;
  EvaluationFlags evaluation;
  bool explain_inputs = false;
};

Result<Evaluation> solve(const Context& context, const EvaluateFlags& flags) {
  RIDGELINE_TRY(terms, flags.evaluation.terms(context));
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, find_model(context, catalog, flags.model));
  RIDGELINE_TRY(hardware, find_hardware(context, catalog, flags.hardware));
  RIDGELINE_TRY(economics, with_known(context, terms.economics, *hardware));
  terms.economics = std::move(economics);
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(parallelism, flags.parallelism.parallelism(*model));
  if (flags.serving.concurrency) {
    RIDGELINE_TRY(point, flags.serving.point(*model, plan, parallelism));
    return evaluate(*model, *hardware, point, calibration, terms);
  }
  RIDGELINE_TRY(shape, flags.step.shape(*model));
  RIDGELINE_TRY(profile, predict(*model, *hardware, plan, shape, calibration, parallelism));
  return evaluate(profile, *hardware, terms);
}

int run(const Context& context, const EvaluateFlags& flags) {
  auto evaluation = solve(context, flags);
  if (!evaluation) return fail(evaluation.error());
  evaluation->inputs = with_given(context, std::move(evaluation->inputs));
  if (context.json) {
    print_document(context, report::json(*evaluation), {}, Listed::by_the_document);
    return flags.evaluation.code(*evaluation);
  }
  if (context.markdown) {
    print_plain(context, report::markdown(*evaluation) + "\n");
  } else {
    print_text(context, report::text(*evaluation));
  }
  if (flags.explain_inputs) {
    print_inputs(context, evaluation->inputs);
  } else {
    print_plain(context, rests_on_line(evaluation->inputs));
  }
  return flags.evaluation.code(*evaluation);
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<EvaluateFlags>();
  CLI::App* command = add_command(
      app, context, "evaluate", "Whether a deployment fits, is fast enough, and costs and draws what it may",
      "  ridgeline evaluate llama-3-8b h100 --batch 64 --context 2048 --target-latency 20ms\n"
      "  ridgeline evaluate llama-3.1-70b h100-sxm-80gb --precision fp8 --tp 4 --stack vllm --concurrency 64 "
      "\\\n"
      "    --ttft-limit 500ms --tpot-limit 40ms --price-per-hour 2.5 --utilisation 0.6 --budget-per-million "
      "5\n"
      "  ridgeline evaluate resnet-50 l4 --precision int8 --batch 32 --pue 1.2 --carbon-intensity 380 \\\n"
      "    --max-energy-per-query 0.1 --format markdown\n"
      "Exit code 1 when a level fails, 3 when the model does not fit.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias (`ridgeline catalog list --models`)")
      ->required();
  command->add_option("hardware", flags->hardware, "Device id or alias (`ridgeline catalog list --hardware`)")
      ->required();
  flags->step.add_to(*command);
  flags->deployment.add_to(*command);
  flags->parallelism.add_to(*command);
  flags->serving.add_to(*command);
  flags->evaluation.add_to(*command);
  command->add_flag("--explain-inputs", flags->explain_inputs,
                    "List every value used and where it comes from");
  add_format(*command, context);
}

}  // namespace ridgeline::cli
