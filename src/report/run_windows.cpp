#include "report/run_windows.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

struct PhaseRow {
  const char* name;
  Seconds LatencySplit::* mean;
};
constexpr PhaseRow phase_rows[] = {
    {"queueing", &LatencySplit::queueing},         {"batching", &LatencySplit::batching},
    {"prefill", &LatencySplit::prefill},           {"decode", &LatencySplit::decode},
    {"interference", &LatencySplit::interference}, {"throttling", &LatencySplit::throttling}};

bool is_disturbed(const LatencySplit& split) {
  return split.interference != Seconds(0) || split.throttling != Seconds(0);
}

std::string phases_text(const LatencySplits& splits) {
  Table table({{"mean latency by phase"}, {"all", Align::right}, {"slowest 1 %", Align::right}});
  for (const PhaseRow& row : phase_rows) {
    const Seconds all = splits.all.*row.mean, slowest = splits.slowest.*row.mean;
    // A service without tokens is all prefill.
    const bool whole = row.mean == &LatencySplit::prefill && splits.all.decode == Seconds(0);
    if (all == Seconds(0) && slowest == Seconds(0)) continue;
    table.add({whole ? "service" : row.name, show(all), show(slowest)});
  }
  table.rule();
  table.add({"total", show(splits.all.total()), show(splits.slowest.total())});
  return table.text();
}

std::string or_dash(const std::optional<double>& value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : absent;
}

std::string windows_text(const Run& run) {
  Table table({{"from", Align::right},
               {"arrived", Align::right},
               {"completed", Align::right},
               {"waiting", Align::right},
               {"busy", Align::right},
               {"P99", Align::right},
               {"clock", Align::right},
               {"°C", Align::right},
               {"energy", Align::right}});
  for (const Window& w : run.windows) {
    table.add({fmt::format("{:.4g} s", to_seconds(w.start).value()), fmt::format("{}", w.arrived),
               fmt::format("{}", w.completed), fmt::format("{:.3g}", w.waiting), percent(w.busy),
               w.p99 ? show(*w.p99) : absent, or_dash(w.clock, "{:.3f}"), or_dash(w.celsius, "{:.1f}"),
               w.energy ? show(*w.energy) : absent});
  }
  return table.text();
}

bool is_throttled(const Run& run) {
  return std::any_of(run.windows.begin(), run.windows.end(),
                     [](const Window& w) { return w.clock && *w.clock < 1; });
}

/// How the rate fell says something only where heat took the clock down: arrivals wander by themselves.
std::string endurance_text(const Endurance& e, bool throttled) {
  std::string text;
  if (throttled)
    text = fmt::format("first {}: {:.4g} samples/s; last quarter: {:.4g} samples/s ({} of it)\n",
                       show(e.first), e.at_first.value(), e.sustained.value(), percent(e.kept));
  if (e.energy && e.per_query)
    text += fmt::format("energy: {}, {} a query\n", show(*e.energy), show(*e.per_query));
  return text;
}

Json to_json(const LatencySplit& split) {
  Json json = {{"queries", split.queries}};
  for (const PhaseRow& row : phase_rows) json[row.name] = number(split.*row.mean);
  return json;
}

Json windows_json(const Run& run) {
  Json windows = Json::array();
  for (const Window& w : run.windows) {
    windows.push_back({{"start_seconds", number(to_seconds(w.start))},
                       {"arrived", w.arrived},
                       {"completed", w.completed},
                       {"waiting", number(w.waiting)},
                       {"busy", number(w.busy)},
                       {"p99_seconds", number(w.p99)},
                       {"clock", number(w.clock)},
                       {"celsius", number(w.celsius)},
                       {"energy_joules", number(w.energy)}});
  }
  return windows;
}

}  // namespace

std::string course_text(const Run& run) {
  std::string text;
  if (const auto splits = split_latency(run); splits && (is_disturbed(splits->all) || !run.windows.empty()))
    text += "\n" + phases_text(*splits);
  if (run.windows.empty()) return text;
  text += "\n" + windows_text(run);
  if (const auto lasting = endurance(run)) text += endurance_text(*lasting, is_throttled(run));
  return text;
}

Json course_json(const Run& run) {
  Json json = {{"latency_by_phase_seconds", Json()}, {"windows", windows_json(run)}, {"endurance", Json()}};
  if (const auto splits = split_latency(run))
    json["latency_by_phase_seconds"] = {{"all", to_json(splits->all)}, {"slowest", to_json(splits->slowest)}};
  if (const auto e = endurance(run)) {
    json["endurance"] = {{"first_seconds", number(e->first)},
                         {"first_samples_per_second", number(e->at_first)},
                         {"sustained_samples_per_second", number(e->sustained)},
                         {"sustained_share", number(e->kept)},
                         {"energy_joules", number(e->energy)},
                         {"energy_per_query_joules", number(e->per_query)}};
  }
  return json;
}

}  // namespace ridgeline::report
