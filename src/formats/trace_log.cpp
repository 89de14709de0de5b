#include "formats/trace_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "formats/log_file.h"

namespace ridgeline::formats {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t longest_time = 1'000'000'000'000'000'000;  // nanoseconds: sums stay within 63 bits
constexpr std::size_t most_damage = 10;                           // lines named

/// A "Sample" or "Token" event. Times in nanoseconds; those of the query are since it was scheduled.
struct Event {
  std::uint64_t query = 0, sample = 0;
  std::int64_t scheduled = 0, issued = 0, completed = 0;
  std::uint32_t tokens = 0;
};

std::optional<std::int64_t> whole(const Json& args, const char* key) {
  const auto found = args.find(key);
  if (found == args.end() || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > longest_time) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  if (value < -longest_time || value > longest_time) return std::nullopt;
  return value;
}

/// Time stamps are in microseconds with three decimals, which a double holds to the nanosecond for 100 days.
std::optional<std::int64_t> time_stamp(const Json& event) {
  const auto found = event.find("ts");
  if (found == event.end() || !found->is_number()) return std::nullopt;
  const double us = found->get<double>();
  if (!(std::abs(us) < 9e12)) return std::nullopt;
  return std::llround(us * 1e3);
}

std::optional<Event> event_of(const Json& json) {
  const auto args = json.find("args");
  if (args == json.end() || !args->is_object()) return std::nullopt;
  const auto at = time_stamp(json);
  const auto query = whole(*args, "query_seq"), sample = whole(*args, "sample_seq"),
             issued = whole(*args, "issue_start_ns"), completed = whole(*args, "complete_ns");
  if (!at || !query || *query < 0 || !issued || !completed || *completed < 0) return std::nullopt;
  Event event;
  event.query = static_cast<std::uint64_t>(*query);
  event.sample = static_cast<std::uint64_t>(std::max<std::int64_t>(sample.value_or(0), 0));
  event.scheduled = *at;
  event.issued = *issued;
  event.completed = *completed;
  const auto tokens = whole(*args, "n_tokens").value_or(0);
  event.tokens = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(tokens, 0, std::numeric_limits<std::uint32_t>::max()));
  return event;
}

struct Events {
  std::vector<Event> samples;
  std::map<std::uint64_t, std::int64_t> first_tokens;         ///< by sample
  std::multimap<std::int64_t, std::int64_t> token_latencies;  ///< Server: by the query's scheduled time
};

/// Whether the line was understood; most are of no interest.
bool add_line(std::string_view line, Events& events) {
  const auto has = [line](std::string_view part) { return line.find(part) != std::string_view::npos; };
  const bool end = has("\"ph\":\"e\"") || has("\"ph\": \"e\"");
  const bool sample = !end && (has("\"Sample\"") || has("\"Token\""));
  const bool counter = has("\"Token_Latency\"");
  if (!sample && !counter) return true;
  if (line.back() == ',') line.remove_suffix(1);
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) return false;
  if (counter) {
    const auto at = time_stamp(json);
    if (!at || !json.contains("args") || !json["args"].is_object()) return false;
    const auto delay = whole(json["args"], "issue_delay"), rest = whole(json["args"], "issue_to_done");
    if (!delay || !rest) return false;
    events.token_latencies.emplace(*at, *delay + *rest);
    return true;
  }
  const auto event = event_of(json);
  if (!event) return false;
  if (json["name"] == "Sample") events.samples.push_back(*event);
  if (json["name"] == "Token") events.first_tokens.emplace(event->sample, event->completed);
  return true;
}

/// When the first token of all samples of a query existed, since it was scheduled; absent when one is
/// missing.
std::optional<Nanoseconds> first_token(Events& events, const Event* begin, const Event* end) {
  std::int64_t latest = 0;
  for (const Event* e = begin; e != end; ++e) {
    const auto found = events.first_tokens.find(e->sample);
    if (found != events.first_tokens.end()) {
      latest = std::max(latest, found->second);
      continue;
    }
    const auto counter = events.token_latencies.find(e->scheduled);
    if (counter == events.token_latencies.end()) return std::nullopt;
    latest = std::max(latest, counter->second);
    events.token_latencies.erase(counter);
  }
  return Nanoseconds(latest);
}

void add_query(Events& events, const Event* begin, const Event* end, std::int64_t start, TraceLog& log) {
  QueryRecord q;
  q.scheduled = Nanoseconds(begin->scheduled - start);
  q.issued = q.scheduled + Nanoseconds(begin->issued);
  q.completed = q.scheduled;
  q.samples = static_cast<std::uint32_t>(end - begin);
  const bool by_sample =
      log.run.scenario.kind == ScenarioKind::offline || log.run.scenario.kind == ScenarioKind::multi_stream;
  for (const Event* e = begin; e != end; ++e) {
    const Nanoseconds done = q.scheduled + Nanoseconds(e->completed);
    q.completed = std::max(q.completed, done);
    q.tokens += e->tokens;
    log.sample_latencies.push_back(done - q.scheduled);
    if (by_sample) log.run.sample_completions.push_back(done);
  }
  if (const auto first = first_token(events, begin, end)) q.first_token = q.scheduled + *first;
  log.run.queries.push_back(q);
}

}  // namespace

Result<TraceLog> read_trace_log(const std::string& path, const Scenario& scenario) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unavailable(fmt::format("{}: cannot be read", path));
  TraceLog log;
  log.run.scenario = scenario;
  Events events;
  std::string line;
  std::size_t number = 0, damaged = 0;
  while (std::getline(file, line)) {
    ++number;
    const std::string_view body = trim(line);
    if (body.empty() || add_line(body, events)) continue;
    if (++damaged <= most_damage)
      log.damage.push_back(
          fmt::format("{}:{}: not an event of LoadGen's (cut short?); left out", path, number));
  }
  if (damaged > most_damage)
    log.damage.push_back(fmt::format("{}: {} more such lines", path, damaged - most_damage));
  if (events.samples.empty()) {
    log.damage.push_back(
        fmt::format("{}: no line with a Sample event; LoadGen writes one event a line", path));
    return log;
  }
  std::stable_sort(events.samples.begin(), events.samples.end(),
                   [](const Event& a, const Event& b) { return a.query < b.query; });
  const std::int64_t start = events.samples.front().scheduled;
  const Event* at = events.samples.data();
  const Event* const end = at + events.samples.size();
  while (at != end) {
    const Event* next = std::find_if(at, end, [at](const Event& e) { return e.query != at->query; });
    add_query(events, at, next, start, log);
    at = next;
  }
  return log;
}

}  // namespace ridgeline::formats
