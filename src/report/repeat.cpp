// A measurement made several times: a row a run, and the figures over all of them.

#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::string seconds(const std::optional<Estimate>& e) { return e ? show(Seconds(e->value)) : absent; }

std::string per_second(const std::optional<Estimate>& e) {
  return e ? fmt::format("{:.4g}/s", e->value) : absent;
}

std::vector<std::string> reasons_of(const std::vector<Repetition>& runs) {
  std::vector<std::string> lines;
  for (const Repetition& run : runs) {
    for (const std::string& reason : run.summary.verdict.reasons)
      lines.push_back(fmt::format("  seed {}: {}\n", run.seed, reason));
  }
  return lines;
}

}  // namespace

std::string text(const Run& first, const std::vector<Repetition>& runs, const std::string& tag) {
  const RepeatedFigures over = figures_of(runs);
  std::string result =
      fmt::format("{}, {}, {} times: {} on {}\n\n", to_string(first.scenario.kind), to_string(first.origin),
                  runs.size(), first.workload.empty() ? "workload" : first.workload, first.system);
  Table table({{"seed", Align::right},
               {"queries", Align::right},
               {"P50", Align::right},
               {"P99", Align::right},
               {"samples", Align::right},
               {"verdict"},
               {"kept as"}});
  for (const Repetition& run : runs) {
    const Summary& s = run.summary;
    table.add({std::to_string(run.seed), std::to_string(s.queries), seconds(s.p50), seconds(s.p99),
               per_second(s.throughput),
               run.interrupted   ? "INVALID (interrupted)"
               : s.verdict.valid ? "VALID"
                                 : "INVALID",
               run.id.empty() ? absent : run.id});
  }
  result += table.text() + "\n";
  const auto line = [&result](std::string_view label, const std::string& value) {
    result += fmt::format("  {:<16}{}\n", label, value);
  };
  line("P50", with_interval(over.p50, "s"));
  line("P99", with_interval(over.p99, "s"));
  line("throughput", samples_per_second(over.throughput));
  if (over.lateness_p99) line("issue lateness", "P99 " + with_interval(over.lateness_p99, "s"));
  if (over.ttft_p99) line("TTFT P99", with_interval(over.ttft_p99, "s"));
  if (over.tpot_p99) line("TPOT P99", with_interval(over.tpot_p99, "s"));
  line("VALID", fmt::format("{} of {}", over.valid, runs.size()));
  if (!tag.empty()) line("tag", tag);
  for (const std::string& reason : reasons_of(runs)) result += reason;
  return result +
         fmt::format(
             "Means over {} runs that came to their end, with 95 % intervals by Student's t over them; – "
             "where they cannot tell.\n",
             over.runs);
}

std::string json(const Run& first, const std::vector<Repetition>& runs, const std::string& tag) {
  const RepeatedFigures over = figures_of(runs);
  Json rows = Json::array();
  for (const Repetition& run : runs) {
    rows.push_back({{"seed", run.seed},
                    {"id", run.id.empty() ? Json() : Json(run.id)},
                    {"interrupted", run.interrupted},
                    {"summary", to_json(run.summary)}});
  }
  return document("ridgeline.repeat/1", {{"origin", to_string(first.origin)},
                                         {"system", first.system},
                                         {"workload", first.workload},
                                         {"machine", first.machine},
                                         {"scenario", to_json(first.scenario)},
                                         {"tag", tag.empty() ? Json() : Json(tag)},
                                         {"complete", over.runs},
                                         {"valid", over.valid},
                                         {"figures",
                                          {{"latency_seconds",
                                            {{"mean", to_json(over.mean)},
                                             {"p50", to_json(over.p50)},
                                             {"p90", to_json(over.p90)},
                                             {"p99", to_json(over.p99)}}},
                                           {"throughput_samples_per_second", to_json(over.throughput)},
                                           {"ttft_p99_seconds", to_json(over.ttft_p99)},
                                           {"tpot_p99_seconds", to_json(over.tpot_p99)},
                                           {"lateness_p99_seconds", to_json(over.lateness_p99)}}},
                                         {"runs", rows}});
}

}  // namespace ridgeline::report
