#include "ridgeline/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "app.h"
#include "options.h"
#include "output.h"

namespace ridgeline::cli {
namespace {

struct AuditFlags {
  bool here = false, full = false;
  std::vector<std::string> workloads;
  unsigned threads = 0;
  std::uint32_t batch = 8, server_batch = 1, isl = 0, osl = 0;
  std::string budget = "180s", json_file, markdown_file;
  std::vector<double> loads = AuditOptions().server_loads;
  std::uint64_t seed = 1;
  std::vector<std::uint32_t> batches;
  unsigned rounds = 3;
};

std::vector<AuditWorkload> asked_workloads(const AuditFlags& flags) {
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

Result<AuditReport> solve(const Context& context, const AuditFlags& flags) {
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

Status write_files(const AuditFlags& flags, const AuditReport& audit, const std::string& document) {
  if (!flags.json_file.empty()) {
    RIDGELINE_CHECK(write_file(flags.json_file, document));
    progress("wrote " + flags.json_file);
  }
  if (!flags.markdown_file.empty()) {
    RIDGELINE_CHECK(write_file(flags.markdown_file, report::markdown(audit)));
    progress("wrote " + flags.markdown_file);
  }
  return Status::success();
}

int run_batches(const Context& context, const AuditFlags& flags) {
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
  fmt::print("{}", context.json ? report::json(*audit) : report::text(*audit));
  if (!flags.json_file.empty()) {
    if (const auto written = write_file(flags.json_file, report::json(*audit)); !written) {
      return fail(written.error());
    }
  }
  return exit_fine;
}

int run(const Context& context, const AuditFlags& flags) {
  if (!flags.here) return fail(bad_input("audit: say which system; --here audits the machine this runs on"));
  if (!flags.batches.empty()) return run_batches(context, flags);
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
  if (const auto written = write_files(flags, *audit, document); !written) return fail(written.error());
  const bool failed =
      std::any_of(audit->workloads.begin(), audit->workloads.end(),
                  [](const AuditedWorkload& workload) { return workload.failure.has_value(); });
  return failed ? exit_failed : exit_fine;
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<AuditFlags>();
  CLI::App* command = add_command(
      app, context, "audit", "Predict, simulate and measure this machine side by side, and explain the gaps",
      "  ridgeline audit --here\n"
      "  ridgeline audit --here --workload bert-base --batch 4 --threads 2 --budget 60s\n"
      "  ridgeline audit --here --batches 1,8,32\n"
      "  ridgeline audit --here --full --json-file audit.json --markdown-file audit.md\n"
      "Ctrl-C keeps what was measured. Exit code 1 when a workload failed; the report says why.",
      [&context, flags] { return run(context, *flags); });
  command->add_flag("--here", flags->here, "The machine this runs on");
  command->add_option("--workload", flags->workloads,
                      "Model id; repeat for more (default resnet-50, bert-base, llama-110m)");
  command->add_option("--batch", flags->batch, "Most samples in a batch, MultiStream and Offline")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
  command
      ->add_option("--server-batch", flags->server_batch,
                   "The same in Server; above 1 no closed form predicts it")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
  command
      ->add_option("--threads", flags->threads,
                   "For the workloads; default all cores but one, for the driver")
      ->check(CLI::Range(1U, 4096U));
  command->add_option("--isl", flags->isl, "Input length in tokens of every sequence model")
      ->check(CLI::Range(1U, 65536U));
  command->add_option("--osl", flags->osl, "Output length in tokens of models that generate")
      ->check(CLI::Range(1U, 65536U));
  command->add_option("--load", flags->loads, "Server rates over what one stream sustains, each in (0, 1)")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--budget", flags->budget, "Length of the short schedule, probe included")
      ->capture_default_str();
  command
      ->add_option("--batches", flags->batches,
                   "Only the times of whole batches of these sizes, predicted and measured; no scenarios")
      ->delimiter(',')
      ->check(CLI::Range(1U, 65536U));
  command->add_option("--rounds", flags->rounds, "With --batches: probe, predict and measure so many times")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  command->add_flag("--full", flags->full, "MLPerf durations: several hours");
  command->add_option("--seed", flags->seed, "Of arrivals, interference and weights")->capture_default_str();
  command->add_option("--json-file", flags->json_file, "Also write the report as JSON");
  command->add_option("--markdown-file", flags->markdown_file, "Also write the report as Markdown");
}

}  // namespace ridgeline::cli
