#include "report/run_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/format.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

constexpr std::array<PhaseRow, 6> all_phases{{{"queueing", &LatencySplit::queueing},
                                              {"batching", &LatencySplit::batching},
                                              {"prefill", &LatencySplit::prefill},
                                              {"decode", &LatencySplit::decode},
                                              {"interference", &LatencySplit::interference},
                                              {"throttling", &LatencySplit::throttling}}};

bool is_disturbed(const LatencySplit& split) {
  return split.interference != Seconds(0) || split.throttling != Seconds(0);
}

std::string or_dash(const std::optional<double>& value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : absent;
}

bool is_throttled(const Run& run) {
  return std::any_of(run.windows.begin(), run.windows.end(),
                     [](const Window& w) { return w.clock && *w.clock < 1; });
}

Json to_json(const LatencySplit& split) {
  Json json = {{"queries", split.queries}};
  for (const PhaseRow& row : all_phases) json[row.name] = number(split.*row.mean);
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

std::vector<PhaseRow> phase_rows(const LatencySplits& splits) {
  std::vector<PhaseRow> rows;
  for (PhaseRow row : all_phases) {
    const Seconds all = splits.all.*row.mean, slowest = splits.slowest.*row.mean;
    if (all == Seconds(0) && slowest == Seconds(0)) continue;
    // A service without tokens is all prefill.
    if (row.mean == &LatencySplit::prefill && splits.all.decode == Seconds(0)) row.name = "service";
    rows.push_back(row);
  }
  return rows;
}

Table phases_table(const LatencySplits& splits) {
  Table table({{"mean latency by phase"}, {"all", Align::right}, {"slowest 1 %", Align::right}});
  for (const PhaseRow& row : phase_rows(splits))
    table.add({row.name, show(splits.all.*row.mean), show(splits.slowest.*row.mean)});
  table.rule();
  table.add({"total", show(splits.all.total()), show(splits.slowest.total())});
  return table;
}

Table windows_table(const Run& run) {
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
  return table;
}

/// How the rate fell says something only where heat took the clock down: arrivals wander by themselves.
std::string endurance_text(const Run& run) {
  const auto e = endurance(run);
  std::string text;
  if (!e) return text;
  if (is_throttled(run))
    text = fmt::format("first {}: {:.4g} samples/s; last quarter: {:.4g} samples/s ({} of it)\n",
                       show(e->first), e->at_first.value(), e->sustained.value(), percent(e->kept));
  if (e->energy && e->per_query)
    text += fmt::format("energy: {}, {} a query\n", show(*e->energy), show(*e->per_query));
  return text;
}

std::string course_text(const Run& run) {
  std::string text;
  if (const auto splits = split_latency(run); splits && (is_disturbed(splits->all) || !run.windows.empty()))
    text += "\n" + phases_table(*splits).text();
  if (run.windows.empty()) return text;
  return text + "\n" + windows_table(run).text() + endurance_text(run);
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
