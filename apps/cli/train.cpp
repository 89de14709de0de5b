#include <fmt/format.h>

#include "app.h"
#include "economics_flags.h"
#include "options.h"
#include "output.h"
#include "print.h"
#include "report/training.h"

namespace ridgeline::cli {
namespace {

struct TrainFlags {
  std::string model, hardware, recompute = "none", attention = "fused", precision = "bf16", rows;
  TrainingPlan plan;
  std::optional<double> tokens, mtbf_hours;
  EconomicsFlags economics;
  std::string checkpoint_time = "1min", restart_time = "5min", checkpoint_interval;
  bool fit = false;
};

Result<TrainingCoefficients> coefficients_for(const Context& context, const Hardware& hardware,
                                              const std::string& model) {
  RIDGELINE_TRY(calibrations, load_calibrations(context, ""));
  RIDGELINE_TRY(path, data_file(context, "training/coefficients.yaml"));
  RIDGELINE_TRY(kernels, load_kernel_calibrations(context, ""));
  return load_training_coefficients(path, hardware, calibrations->find(hardware, "", "", model).calibration,
                                    kernels);
}

Result<TrainingPlan> plan_of(const TrainFlags& flags) {
  TrainingPlan plan = flags.plan;
  const auto recompute = parse_recompute(flags.recompute);
  if (!recompute)
    return bad_input(fmt::format("--recompute: '{}'; use none, selective or full", flags.recompute));
  plan.recompute = *recompute;
  if (flags.attention != "fused" && flags.attention != "separate")
    return bad_input(fmt::format("--attention: '{}'; use fused or separate", flags.attention));
  plan.attention = flags.attention == "fused" ? AttentionCore::fused : AttentionCore::separate;
  const auto precision = parse_precision(flags.precision);
  if (!precision)
    return bad_input(fmt::format("--precision: unknown '{}'; use bf16, fp16, fp8 ...", flags.precision));
  plan.precision = *precision;
  return plan;
}

Result<std::optional<FailureModel>> failures_of(const TrainFlags& flags) {
  if (!flags.mtbf_hours) {
    if (!flags.checkpoint_interval.empty())
      return bad_input("--checkpoint-interval: needs --mtbf-hours, the time between failures of a device");
    return std::optional<FailureModel>();
  }
  FailureModel model;
  RIDGELINE_TRY(checkpoint, parse_duration(flags.checkpoint_time, "--checkpoint-time"));
  RIDGELINE_TRY(restart, parse_duration(flags.restart_time, "--restart-time"));
  model.mtbf = Seconds(*flags.mtbf_hours * 3600);
  model.checkpoint = checkpoint;
  model.restart = restart;
  if (!flags.checkpoint_interval.empty()) {
    RIDGELINE_TRY(interval, parse_duration(flags.checkpoint_interval, "--checkpoint-interval"));
    model.interval = interval;
  }
  return std::optional<FailureModel>(model);
}

int predict_step(const Context& context, const TrainFlags& flags) {
  struct Solved {
    TrainingStep step;
    TrainingCoefficients coefficients;
    std::optional<TrainingRun> run;
  };
  const auto solve = [&]() -> Result<Solved> {
    if (flags.model.empty() || flags.hardware.empty())
      return bad_input("train: give a model and a device, such as: train llama-3-8b h100-sxm-80gb");
    RIDGELINE_TRY(catalog, load_catalog(context));
    RIDGELINE_TRY(model, find_model(context, catalog, flags.model));
    RIDGELINE_TRY(hardware, find_hardware(context, catalog, flags.hardware));
    RIDGELINE_TRY(plan, plan_of(flags));
    RIDGELINE_TRY(coefficients, coefficients_for(context, *hardware, model->id));
    RIDGELINE_TRY(step, predict_training(*model, *hardware, plan, coefficients));
    Solved solved{std::move(step), coefficients, std::nullopt};
    if (!flags.tokens) {
      if (flags.economics.any()) {
        return bad_input(fmt::format("{}: of a whole run; give its --tokens",
                                     flags.economics.price_per_hour ? "--price-per-hour" : "what it costs"));
      }
      if (flags.mtbf_hours) return bad_input("--mtbf-hours: of a whole run; give its --tokens");
      return solved;
    }
    RIDGELINE_TRY(economics, flags.economics.economics(context, *hardware));
    RIDGELINE_TRY(failures, failures_of(flags));
    RIDGELINE_TRY(run, training_run(solved.step, *hardware, *flags.tokens, economics, failures));
    solved.run = run;
    return solved;
  };
  const auto solved = solve();
  if (!solved) return fail(solved.error());
  if (context.json) {
    print_document(context, report::json(solved->step, solved->run, solved->coefficients),
                   solved->run ? solved->run->inputs : std::vector<Input>());
  } else {
    print_text(context, report::text(solved->step, solved->run, solved->coefficients));
  }
  return solved->step.memory.fits() ? exit_fine : exit_infeasible;
}

int check_rows(const Context& context, const TrainFlags& flags) {
  const auto solve = [&]() -> Result<std::string> {
    RIDGELINE_TRY(catalog, load_catalog(context));
    RIDGELINE_TRY(rows, read_training_rows(flags.rows));
    RIDGELINE_TRY(hardware, catalog.hardware(rows.front().hardware));
    RIDGELINE_TRY(coefficients, coefficients_for(context, *hardware, ""));
    std::optional<FittedShare> fit;
    if (flags.fit) {
      RIDGELINE_TRY(fitted, fit_training(rows, catalog, coefficients));
      fit = fitted;
    }
    RIDGELINE_TRY(errors, validate_training(rows, catalog, coefficients));
    return context.json ? report::json(errors, fit) : report::text(errors, fit);
  };
  const auto printed = solve();
  if (!printed) return fail(printed.error());
  print_out("{}", *printed);
  return exit_fine;
}

}  // namespace

void add_train(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<TrainFlags>();
  CLI::App* command = add_command(
      app, context, "train", "How long a training step takes, what it needs, and what N tokens cost",
      "  ridgeline train llama-3-8b h100-sxm-80gb --dp 8 --zero 3 --batch 64 --sequence 8192 --recompute "
      "full\n"
      "  ridgeline train gpt-3-175b a100 --tp 8 --pp 8 --interleave 3 --batch 64 --sequence-parallel "
      "--tokens 300e9 "
      "--price-per-hour 2\n"
      "  ridgeline train --check validation/training/megatron-a100.csv\n"
      "Exit code 3 when it does not fit.",
      [&context, flags] {
        return flags->rows.empty() ? predict_step(context, *flags) : check_rows(context, *flags);
      });
  TrainingPlan& plan = flags->plan;
  const auto positive = CLI::Range(1U, 1U << 30);
  const auto add = [&](const char* name, auto& value, const char* what) {
    command->add_option(name, value, what)->capture_default_str()->check(positive);
  };
  command->add_option("model", flags->model, "Model id or alias");
  command->add_option("hardware", flags->hardware, "Device id or alias");
  add("--tp", plan.tensor, "Devices that each layer is divided over (tensor parallelism)");
  add("--pp", plan.pipeline, "Stages of layers (pipeline parallelism)");
  add("--dp", plan.data, "Ranks that divide the batch (data parallelism)");
  add("--ep", plan.expert, "Of the data ranks, those that the experts are divided over");
  add("--interleave", plan.interleave, "Chunks of layers on each stage");
  command
      ->add_option("--zero", plan.zero,
                   "ZeRO: 1 divides the optimizer's state over data ranks, 2 gradients, 3 weights")
      ->capture_default_str()
      ->check(CLI::Range(0U, 3U));
  add("--micro-batch", plan.micro_batch, "Sequences in one pass of a data rank");
  add("--batch", plan.batch, "Sequences of a step");
  add("--sequence", plan.sequence, "Tokens of a sequence");
  command->add_flag("--sequence-parallel", plan.sequence_parallel,
                    "Norms and dropouts divided over the tensor ranks");
  command->add_flag("--dropout", plan.dropout, "The model is trained with dropout");
  command->add_option("--recompute", flags->recompute, "none, selective (the core of attention) or full")
      ->capture_default_str();
  command->add_option("--attention", flags->attention, "fused (FlashAttention) or separate")
      ->capture_default_str();
  command->add_option("--precision", flags->precision, "Of products")->capture_default_str();
  command->add_option("--tokens", flags->tokens, "Time, energy and cost to so many, such as 300e9");
  flags->economics.add_to(*command);
  command->add_option("--mtbf-hours", flags->mtbf_hours,
                      "--tokens: mean time between failures of a device, such as 50000");
  command->add_option("--checkpoint-time", flags->checkpoint_time, "--mtbf-hours: that all wait for one")
      ->capture_default_str();
  command
      ->add_option("--restart-time", flags->restart_time,
                   "--mtbf-hours: from a failure until they compute again")
      ->capture_default_str();
  command->add_option("--checkpoint-interval", flags->checkpoint_interval,
                      "--mtbf-hours: of computing; default the best");
  command->add_option("--check", flags->rows,
                      "Published steps (CSV, docs/training.md) beside their predictions");
  command->add_flag("--fit", flags->fit, "--check: the share of peak that its rows imply");
}

}  // namespace ridgeline::cli
