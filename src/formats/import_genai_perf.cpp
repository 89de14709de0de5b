// NVIDIA's clients: Perf Analyzer's profile_export.json, which GenAI-Perf writes, and AIPerf's
// profile_export.jsonl.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/import.h"
#include "formats/log_file.h"
#include "formats/requests.h"

namespace ridgeline::formats {
namespace {

std::optional<Nanoseconds> nanoseconds_of(const Json* json) {
  if (!json || !json->is_number()) return std::nullopt;
  if (json->is_number_integer()) {
    const auto value = json->get<std::int64_t>();
    return value >= 0 && value < 4'000'000'000'000'000'000 ? std::optional(Nanoseconds(value)) : std::nullopt;
  }
  return clock_time(json->get<double>() * 1e-9);
}

/// Whether a response carries text; the first and last of a stream often do not.
bool has_text(const Json& output) {
  if (const Json* plain = find(output, {"text_output"}))
    return plain->is_string() && !plain->get<std::string>().empty();
  std::string body = text(output, {"response"});
  if (body.empty()) return false;
  constexpr std::string_view prefix = "data: ";
  std::string_view event = trim(body);
  if (event.substr(0, prefix.size()) == prefix) event.remove_prefix(prefix.size());
  if (event.substr(0, 6) == "[DONE]") return false;
  const Json chunk = Json::parse(event.substr(0, event.find("\n\n")), nullptr, false);
  const Json* choices = find(chunk, {"choices"});
  if (!choices || !choices->is_array() || choices->empty()) return !chunk.is_object();
  const Json& choice = choices->front();
  for (const auto& said :
       {text(choice, {"delta", "content"}), text(choice, {"message", "content"}), text(choice, {"text"})}) {
    if (!said.empty()) return true;
  }
  return false;
}

/// Times of the responses with text; of all where their texts are not kept.
std::vector<Nanoseconds> response_times(const Json& request) {
  std::vector<Nanoseconds> times;
  const Json* stamps = find(request, {"response_timestamps"});
  if (!stamps || !stamps->is_array()) return times;
  const Json* outputs = find(request, {"response_outputs"});
  const bool kept = outputs && outputs->is_array() && outputs->size() == stamps->size();
  for (std::size_t i = 0; i < stamps->size(); ++i) {
    const auto at = nanoseconds_of(&(*stamps)[i]);
    if (at && (!kept || has_text((*outputs)[i]))) times.push_back(*at);
  }
  return times;
}

Scenario experiment_scenario(const Json& experiment, std::size_t requests) {
  const std::string mode = text(experiment, {"experiment", "mode"});
  const auto value = number(experiment, {"experiment", "value"});
  if (mode == "request_rate" && value && *value > 0) return unjudged_rate(*value);
  return unjudged_users(mode == "concurrency" && value ? static_cast<std::uint64_t>(std::max(*value, 1.0))
                                                       : requests);
}

/// A metric of AIPerf in seconds, whatever its unit.
std::optional<double> seconds_of(const Json& record, const char* metric) {
  const auto value = number(record, {"metrics", metric, "value"});
  if (!value) return std::nullopt;
  const std::string unit = text(record, {"metrics", metric, "unit"});
  if (unit == "ns" || unit == "nanoseconds") return *value * 1e-9;
  if (unit == "us" || unit == "microseconds") return *value * 1e-6;
  if (unit == "s" || unit == "sec" || unit == "seconds") return *value;
  return *value * 1e-3;
}

/// Absent when a time that is needed is missing.
std::optional<Request> aiperf_request(const Json& record) {
  const auto start = nanoseconds_of(find(record, {"metadata", "request_start_ns"}));
  auto end = nanoseconds_of(find(record, {"metadata", "request_end_ns"}));
  const auto latency = seconds_of(record, "request_latency");
  if (start && latency && *latency >= 0 && *latency < 1e9) end = *start + to_nanoseconds(Seconds(*latency));
  if (!start || !end) return std::nullopt;
  Request r;
  r.scheduled = r.issued = *start;
  r.completed = *end;
  if (const auto ttft = seconds_of(record, "time_to_first_token"); ttft && *ttft >= 0 && *ttft < 1e9)
    r.first_token = std::min(*start + to_nanoseconds(Seconds(*ttft)), r.completed);
  r.tokens.input = count(record, {"metrics", "input_sequence_length", "value"}).value_or(0);
  r.tokens.output = count(record, {"metrics", "output_sequence_length", "value"})
                        .value_or(count(record, {"metrics", "output_token_count", "value"}).value_or(0));
  return r;
}

}  // namespace

Result<ImportedRun> import_genai_perf(const Json& json, const std::string& path,
                                      const RunImportOptions& options) {
  RIDGELINE_TRY(experiments, array(json, path, "experiments"));
  RIDGELINE_TRY(experiment, choose(*experiments, path, "experiments", options));
  RIDGELINE_TRY(requests, array(*experiment, path, "requests"));
  ImportedRun imported;
  imported.format = ResultFormat::genai_perf;
  Run& run = imported.run;
  run.scenario = experiment_scenario(*experiment, requests->size());
  run.system = text(json, {"service_kind"});
  run.notes.push_back("tokens are responses that carry text: the file does not count tokens");
  std::vector<Request> all;
  for (std::size_t i = 0; i < requests->size(); ++i) {
    const Json& each = (*requests)[i];
    const auto start = nanoseconds_of(find(each, {"timestamp"}));
    if (!start) return bad_input(fmt::format("{}: requests[{}]: timestamp is missing or no time", path, i));
    const auto times = response_times(each);
    if (times.empty()) {
      ++run.refused;
      continue;
    }
    Request r;
    r.scheduled = r.issued = *start;
    r.completed = *std::max_element(times.begin(), times.end());
    // One response says nothing of when its first token was there.
    if (times.size() > 1) r.first_token = times.front();
    r.tokens.output = static_cast<std::uint32_t>(times.size());
    all.push_back(r);
  }
  return finish(std::move(imported), std::move(all), path, "request");
}

Result<ImportedRun> import_aiperf(const std::vector<Json>& records, const std::string& path) {
  ImportedRun imported;
  imported.format = ResultFormat::aiperf;
  Run& run = imported.run;
  std::size_t number_of_line = 0, warmup = 0;
  std::vector<Request> all;
  for (const Json& record : records) {
    ++number_of_line;
    const std::string phase = text(record, {"metadata", "benchmark_phase"});
    if (!phase.empty() && phase != "profiling") {
      ++warmup;
      continue;
    }
    const Json* cancelled = find(record, {"metadata", "was_cancelled"});
    if (find(record, {"error"}) || (cancelled && cancelled->is_boolean() && cancelled->get<bool>())) {
      ++run.refused;
      continue;
    }
    const auto request = aiperf_request(record);
    if (!request) {
      return bad_input(
          fmt::format("{}: record {}: metadata.request_start_ns and request_end_ns, or request_latency, "
                      "must be times",
                      path, number_of_line));
    }
    all.push_back(*request);
  }
  // The records do not say how the load was made, so no user and no rate is claimed.
  run.scenario = unjudged_users(all.size());
  run.notes.push_back("the records do not say how the load was made: it is shown as users who ask once");
  if (warmup) run.notes.push_back(fmt::format("{} warm-up records are left out", warmup));
  return finish(std::move(imported), std::move(all), path, "record");
}

}  // namespace ridgeline::formats
