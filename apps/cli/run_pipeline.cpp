#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "app.h"
#include "base/text.h"
#include "pipeline_file.h"
#include "pipeline_report.h"
#include "pipeline_types.h"
#include "print.h"
#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/gate.h"

namespace ridgeline::cli {
namespace {

using report::Json;

struct RunPipelineFlags {
  std::string file, cache;
  bool plan = false, no_cache = false, stages = false;
};

/// The flag's folder, or the user's.
std::string cache_of(const RunPipelineFlags& flags) {
  if (flags.no_cache) return "";
  return flags.cache.empty() ? pipeline_cache() : flags.cache;
}

int list_stages() {
  report::Table table({{"stage"}, {"takes"}, {"makes"}, {"what"}});
  for (const StageKind& kind : stage_kinds()) {
    table.add(
        {std::string(kind.name), std::string(kind.takes), std::string(kind.makes), std::string(kind.what)});
  }
  print_out("{}", table.text());
  return exit_fine;
}

std::string listed(const std::vector<std::string>& words) {
  return words.empty() ? "–" : fmt::format("{}", fmt::join(words, ", "));
}

/// Names of the stages that supply a planned one, each once.
std::vector<std::string> suppliers(const Pipeline& pipeline, const PlannedStage& planned) {
  std::vector<std::string> names;
  for (const StageSource& source : planned.inputs) {
    const std::string& name = pipeline.stages()[source.stage].name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

int show_plan(const Context& context, const PipelineFile& file) {
  const auto plan = file.pipeline.plan();
  if (!plan) return fail(plan.error());
  report::Table table({{"stage"}, {"use"}, {"takes"}, {"from"}, {"makes"}});
  Json stages = Json::array();
  for (const PlannedStage& planned : *plan) {
    const Stage& stage = file.pipeline.stages()[planned.stage];
    const auto from = suppliers(file.pipeline, planned);
    table.add({stage.name, stage.kind, listed(stage.inputs), listed(from), listed(stage.outputs)});
    stages.push_back({{"stage", stage.name},
                      {"use", stage.kind},
                      {"takes", stage.inputs},
                      {"from", from},
                      {"makes", stage.outputs}});
  }
  if (context.json) {
    print_out("{}", report::document("ridgeline.pipeline-plan/1", {{"name", file.name}, {"stages", stages}}));
  } else {
    print_out("{}", table.text());
  }
  return exit_fine;
}

/// As `evaluate` and `simulate` would exit.
int code_of(const StageReport& stage, const PipelineShared& shared) {
  if (const auto* e = made<Evaluation>(stage)) return shared.evaluations.find(stage.name)->second.code(*e);
  if (const auto* gate = made<GateReport>(stage)) return gate->fails() ? exit_failed : exit_fine;
  if (const auto* run = made<Run>(stage)) return summarize(*run).verdict.valid ? exit_fine : exit_failed;
  return exit_fine;
}

int code_of(const PipelineRun& run, const PipelineShared& shared) {
  if (run.error) return run.error->kind == ErrorKind::infeasible ? exit_infeasible : exit_bad_input;
  if (run.cancelled) return exit_failed;
  int worst = exit_fine;
  for (const StageReport& stage : run.stages) worst = std::max(worst, code_of(stage, shared));
  return worst;
}

PipelineObserver observer(std::size_t stages) {
  PipelineObserver o;
  const auto count = std::make_shared<std::size_t>(0);
  const auto label = [count, stages](const StageReport& r) {
    const std::string name = r.name == r.kind ? r.name : fmt::format("{} ({})", r.name, r.kind);
    return fmt::format("{}/{} {}", *count, stages, name);
  };
  o.on_start = [count](const StageReport&) { ++*count; };
  o.on_progress = [label](const StageReport& r, double fraction, std::string_view what) {
    progress(fmt::format("{}: {:.0f} %{}{}", label(r), 100 * fraction, what.empty() ? "" : ", ", what));
  };
  o.on_end = [label](const StageReport& r) {
    const std::string verdict = verdict_of(r);
    progress(fmt::format("{}: {}{}{}, {}", label(r), to_string(r.status), verdict.empty() ? "" : ", ",
                         verdict, show(r.time)));
    if (!r.note.empty()) progress(fmt::format("{}: {}", label(r), r.note));
  };
  o.on_failure = [label](const StageReport& r) { progress(fmt::format("{}: failed", label(r))); };
  return o;
}

void print(const Context& context, const PipelineFile& file, const PipelineRun& run) {
  if (context.json) return print_out("{}", pipeline_json(file.name, run));
  for (const StageReport& stage : run.stages) {
    const auto* rendered = made<Rendered>(stage);
    if (rendered && rendered->path.empty()) print_out("{}", rendered->text);
  }
}

int run_file(const Context& context, const RunPipelineFlags& flags) {
  if (flags.stages) return list_stages();
  if (flags.file.empty()) return fail(bad_input("give a pipeline file; --stages lists what it may use"));
  const auto file = read_pipeline(context, flags.file);
  if (!file) return fail(file.error());
  if (flags.plan) return show_plan(context, *file);
  PipelineOptions options;
  options.cache = cache_of(flags);
  options.observer = observer(file->pipeline.stages().size());
  std::stop_source source;
  options.stop = source.get_token();
  const std::atomic<bool>& stop = stop_flag();
  // A signal handler may set a flag and no more: this hands it on.
  const std::jthread watch([&](const std::stop_token& ended) {
    while (!ended.stop_requested() && !stop) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (stop) source.request_stop();
  });
  const PipelineRun run = file->pipeline.run(options);
  print(context, *file, run);
  std::fflush(stdout);
  if (run.error) return fail(*run.error);
  if (run.cancelled) progress("cancelled; what was finished is in the cache");
  return code_of(run, *file->shared);
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<RunPipelineFlags>();
  CLI::App* command = add_command(
      app, context, "run", "The stages of a pipeline file, each only where its inputs changed",
      "  ridgeline run pipeline.yaml\n"
      "  ridgeline run pipeline.yaml --plan\n"
      "  ridgeline run pipeline.yaml --cache .cache --json\n"
      "  ridgeline run --stages\n"
      "Exit code 1 when an evaluation or a check fails, a run is INVALID or Ctrl-C ended it, 3 when "
      "something does not fit.",
      [&context, flags] { return run_file(context, *flags); });
  command->add_option("file", flags->file, "Pipeline in YAML: docs/pipelines.md");
  command->add_flag("--plan", flags->plan, "Check it and print the order, without running");
  command->add_flag("--stages", flags->stages, "List the kinds of stages");
  auto* cache = command->add_option(
      "--cache", flags->cache, "Folder of earlier results; default: ridgeline/stages in the user's cache");
  command->add_flag("--no-cache", flags->no_cache, "Run every stage")->excludes(cache);
}

}  // namespace ridgeline::cli
