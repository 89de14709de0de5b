#include "engine.h"

#include <emscripten/emscripten.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "arguments.h"

namespace ridgeline::cli {

/// Those that pages of the workbench use: each one more is downloaded by everyone.
const std::vector<CommandEntry>& commands() {
  static const std::vector<CommandEntry> used{
      {"catalog", add_catalog},   {"predict", add_predict}, {"explain", add_explain},
      {"simulate", add_simulate}, {"tail", add_tail},       {"audit", add_audit},
      {"lab", add_lab},
  };
  return used;
}

}  // namespace ridgeline::cli

namespace {

using ridgeline::Run;
using ridgeline::to_seconds;
using ridgeline::cli::Context;

struct LastCommand {
  std::string output;
  std::vector<double> scheduled, latency;
};
LastCommand last;

void take(const Run& run) {
  const auto seconds = [](ridgeline::Nanoseconds t) { return to_seconds(t).value(); };
  for (const ridgeline::Nanoseconds done : run.sample_completions) {
    if (run.scenario.kind != ridgeline::ScenarioKind::offline) break;
    last.scheduled.push_back(0);
    last.latency.push_back(seconds(done));
  }
  if (run.scenario.kind == ridgeline::ScenarioKind::offline) return;
  for (const ridgeline::QueryRecord& query : run.queries) {
    last.scheduled.push_back(seconds(query.scheduled));
    last.latency.push_back(seconds(query.latency()));
  }
}

/// Of one command; the catalog is read by the first and kept.
Context make_context() {
  static const Context kept = [] {
    Context first;
    first.data_dir = "/data";
    return first;
  }();
  Context context = kept;  // shares what was read
  context.catalog_files = std::make_shared<std::set<std::string>>();
  context.captured = &last.output;
  return context;
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE int ridgeline_command(const char* words, int whole) {
  last = LastCommand();
  const auto parsed = nlohmann::json::parse(words, nullptr, false);
  std::vector<std::string> line;
  for (const auto& word : parsed) {
    if (word.is_string()) line.push_back(word.get<std::string>());
  }
  Context context = make_context();
  if (whole != 1) context.on_run = take;
  context.command = "ridgeline " + ridgeline::cli::shell_line(line);
  const int code = ridgeline::cli::run_program(line, context);
  std::fflush(stdout);
  std::fflush(stderr);
  return code;
}

EMSCRIPTEN_KEEPALIVE void ridgeline_forget() { make_context().kept->catalog.reset(); }
EMSCRIPTEN_KEEPALIVE const char* ridgeline_output() { return last.output.data(); }
EMSCRIPTEN_KEEPALIVE std::size_t ridgeline_output_size() { return last.output.size(); }
EMSCRIPTEN_KEEPALIVE std::size_t ridgeline_latencies() { return last.latency.size(); }
EMSCRIPTEN_KEEPALIVE const double* ridgeline_scheduled() { return last.scheduled.data(); }
EMSCRIPTEN_KEEPALIVE const double* ridgeline_latency() { return last.latency.data(); }
}
