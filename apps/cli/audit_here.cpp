#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "audit.h"
#include "options.h"
#include "output.h"
#include "print.h"
#include "ridgeline/audit.h"

namespace ridgeline::cli {
namespace {

std::vector<AuditWorkload> asked_workloads(const HereFlags& flags) {
  const auto defaults = default_audit_workloads();
  auto workloads = defaults;
  if (!flags.workloads.empty()) {
    workloads.clear();
    for (const auto& name : flags.workloads) {
      const auto known = std::find_if(defaults.begin(), defaults.end(),
                                      [&](const AuditWorkload& workload) { return workload.model == name; });
      AuditWorkload asked = known == defaults.end() ? AuditWorkload() : *known;
      asked.model = name;
      workloads.push_back(asked);
    }
  }
  for (auto& workload : workloads) {
    workload.offline_batch = flags.batch;
    workload.server_batch = flags.server_batch;
    if (flags.isl > 0) workload.shape.prompt_tokens = flags.isl;
    if (flags.osl > 0 && workload.shape.output_tokens > 0) workload.shape.output_tokens = flags.osl;
  }
  return workloads;
}

Result<AuditReport> solve(const Context& context, const HereFlags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  AuditOptions options;
  options.workloads = asked_workloads(flags);
  RIDGELINE_TRY(budget, parse_duration(flags.budget, "--budget"));
  options.budget = budget;
  options.threads = flags.threads;
  options.full = flags.full;
  options.server_loads = flags.loads;
  options.seed = flags.seed;
  options.progress = progress;
  options.stop = &stop_flag();
  return audit_here(catalog, options);
}

/// The probe, and what every workload's prediction took from it.
std::vector<Input> inputs_of(const Context& context, const AuditReport& audit) {
  std::vector<Input> inputs;
  const auto catalog = load_catalog(context);
  for (const AuditedWorkload& workload : audit.workloads) {
    const auto model = catalog ? find_model(context, *catalog, workload.model) : catalog.error();
    if (!model) continue;
    auto profile = predict(**model, audit.hardware, PrecisionPlan::uniform(Precision::fp32),
                           StepShape::samples(1), audit.calibration);
    if (profile) std::move(profile->inputs.begin(), profile->inputs.end(), std::back_inserter(inputs));
  }
  return weakest_first(std::move(inputs));
}

Status write_files(const AuditFiles& files, const AuditReport& audit, const std::string& document) {
  if (!files.json.empty()) {
    RIDGELINE_CHECK(write_file(files.json, document));
    progress("wrote " + files.json);
  }
  if (!files.markdown.empty()) {
    RIDGELINE_CHECK(write_file(files.markdown, report::markdown(audit)));
    progress("wrote " + files.markdown);
  }
  return Status::success();
}

int run_batches(const Context& context, const HereFlags& flags, const AuditFiles& files) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  BatchAuditOptions options;
  options.workloads = asked_workloads(flags);
  options.batches = flags.batches;
  options.rounds = flags.rounds;
  options.threads = flags.threads;
  options.seed = flags.seed;
  options.progress = progress;
  options.stop = &stop_flag();
  const auto audit = audit_batches_here(*catalog, options);
  if (!audit) return fail(audit.error());
  print_out("{}", context.json ? report::json(*audit) : report::text(*audit));
  if (!files.json.empty()) {
    if (const auto written = write_file(files.json, report::json(*audit)); !written) {
      return fail(written.error());
    }
  }
  return exit_fine;
}

}  // namespace

int run_here(const Context& context, const HereFlags& flags, const AuditFiles& files) {
  if (!flags.batches.empty()) return run_batches(context, flags, files);
  const auto audit = solve(context, flags);
  if (!audit) return fail(audit.error());
  const std::vector<Input> inputs = inputs_of(context, *audit);
  const std::string document = full_document(context, report::json(*audit), inputs);
  if (context.json) {
    print_plain(context, document);
  } else {
    print_text(context, report::text(*audit) + rests_on_line(inputs));
  }
  keep_this_machine(audit->probe);
  if (const auto written = write_files(files, *audit, document); !written) return fail(written.error());
  const bool failed =
      std::any_of(audit->workloads.begin(), audit->workloads.end(),
                  [](const AuditedWorkload& workload) { return workload.failure.has_value(); });
  return failed ? exit_failed : exit_fine;
}

HereFlags::HereFlags() : loads(AuditOptions().server_loads) {}

void HereFlags::add_to(CLI::App& app) {
  app.add_option("--workload", workloads,
                 "Model id; repeat for more (default resnet-50, bert-base, llama-110m)");
  app.add_option("--batch", batch, "Most samples in a batch, MultiStream and Offline")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
  app.add_option("--server-batch", server_batch, "The same in Server; above 1 no closed form predicts it")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
  app.add_option("--threads", threads, "For the workloads; default all cores but one, for the driver")
      ->check(CLI::Range(1U, 4096U));
  app.add_option("--isl", isl, "Input length in tokens of every sequence model")
      ->check(CLI::Range(1U, 65536U));
  app.add_option("--osl", osl, "Output length in tokens of models that generate")
      ->check(CLI::Range(1U, 65536U));
  app.add_option("--load", loads, "Server rates over what one stream sustains, each in (0, 1)")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--budget", budget, "Length of the short schedule, probe included")->capture_default_str();
  app.add_option("--batches", batches,
                 "Only the times of whole batches of these sizes, predicted and measured; no scenarios")
      ->delimiter(',')
      ->check(CLI::Range(1U, 65536U));
  app.add_option("--rounds", rounds, "With --batches: probe, predict and measure so many times")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  app.add_flag("--full", full, "MLPerf durations: several hours");
  app.add_option("--seed", seed, "Of arrivals, interference and weights")->capture_default_str();
}

}  // namespace ridgeline::cli
