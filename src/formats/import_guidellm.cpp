// GuideLLM's benchmarks.json: 0.4 and later (info.timings), and before (start_time, end_time).

#include <fmt/format.h>

#include "formats/import.h"
#include "formats/requests.h"

namespace ridgeline::formats {
namespace {

std::optional<double> first_number(const Json& json,
                                   std::initializer_list<std::initializer_list<const char*>> paths) {
  for (const auto& path : paths) {
    if (const auto value = number(json, path)) return value;
  }
  return std::nullopt;
}

Scenario benchmark_scenario(const Json& benchmark, std::size_t requests) {
  const Json* strategy = find(benchmark, {"config", "strategy"});
  if (!strategy) strategy = find(benchmark, {"args", "strategy"});
  const Json none = Json::object();
  const Json& s = strategy && strategy->is_object() ? *strategy : none;
  const std::string type = text(s, {"type_"});
  const auto rate = number(s, {"rate"});
  if (rate && *rate > 0 && type != "concurrent" && type != "throughput") return unjudged_rate(*rate);
  if (type == "synchronous") return unjudged_users(1);
  const auto streams = first_number(s, {{"streams"}, {"max_concurrency"}});
  return unjudged_users(streams && *streams >= 1 ? static_cast<std::uint64_t>(*streams) : requests);
}

/// Absent when a time that is needed is missing.
std::optional<Request> request_of(const Json& json, bool open_loop) {
  const auto start = first_number(json, {{"info", "timings", "request_start"},
                                         {"scheduler_info", "request_timings", "request_start"},
                                         {"request_start_time"},
                                         {"start_time"}});
  const auto end = first_number(json, {{"info", "timings", "request_end"},
                                       {"scheduler_info", "request_timings", "request_end"},
                                       {"request_end_time"},
                                       {"end_time"}});
  if (!start || !end) return std::nullopt;
  const auto first = first_number(json, {{"info", "timings", "first_token_iteration"},
                                         {"info", "timings", "first_iteration"},
                                         {"scheduler_info", "request_timings", "first_iteration"},
                                         {"first_token_time"}});
  const auto planned = first_number(json, {{"info", "timings", "targeted_start"},
                                           {"scheduler_info", "scheduler_timings", "targeted_start"}});
  const auto issued = clock_time(*start), done = clock_time(*end);
  if (!issued || !done) return std::nullopt;
  Request r;
  r.issued = r.scheduled = *issued;
  r.completed = *done;
  // An open loop's request is due when it was planned, however late the client was.
  if (open_loop && planned && clock_time(*planned)) r.scheduled = std::min(*clock_time(*planned), *issued);
  if (first) r.first_token = clock_time(*first);
  r.tokens.input =
      count(json, {"prompt_tokens"}).value_or(count(json, {"input_metrics", "total_tokens"}).value_or(0));
  r.tokens.output =
      count(json, {"output_tokens"}).value_or(count(json, {"output_metrics", "total_tokens"}).value_or(0));
  return r;
}

std::size_t list_size(const Json& requests, const char* key) {
  const Json* list = find(requests, {key});
  return list && list->is_array() ? list->size() : 0;
}

}  // namespace

Result<ImportedRun> import_guidellm(const Json& json, const std::string& path,
                                    const RunImportOptions& options) {
  RIDGELINE_TRY(benchmarks, array(json, path, "benchmarks"));
  RIDGELINE_TRY(chosen, choose(*benchmarks, path, "benchmarks", options));
  const Json& benchmark = *chosen;
  const Json* requests = find(benchmark, {"requests"});
  const Json* answered = requests ? find(*requests, {"successful"}) : nullptr;
  if (!answered || !answered->is_array() || answered->empty()) {
    return bad_input(
        fmt::format("{}: benchmarks: requests.successful is missing or empty; GuideLLM keeps requests "
                    "unless told to sample none",
                    path));
  }
  ImportedRun imported;
  imported.format = ResultFormat::guidellm;
  Run& run = imported.run;
  run.scenario = benchmark_scenario(benchmark, answered->size());
  run.workload = text(benchmark, {"config", "backend", "model"});
  run.system = text(benchmark, {"config", "backend", "target"});
  run.version = text(json, {"metadata", "guidellm_version"});
  run.refused = list_size(*requests, "errored");
  if (const std::size_t cut = list_size(*requests, "incomplete"))
    run.notes.push_back(fmt::format("{} requests were cut off at the end and are left out", cut));
  if (const auto duration = number(benchmark, {"duration"})) imported.duration = Seconds(*duration);
  std::vector<Request> all;
  for (const Json& each : *answered) {
    const auto request = request_of(each, is_open_loop(run.scenario.kind));
    if (!request) {
      return bad_input(
          fmt::format("{}: requests.successful[{}]: no start and end (info.timings.request_start and "
                      "request_end, or start_time and end_time)",
                      path, all.size()));
    }
    all.push_back(*request);
  }
  return finish(std::move(imported), std::move(all), path, "request");
}

}  // namespace ridgeline::formats
