#include "report/run_page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/format.h"
#include "report/run_charts.h"
#include "report/run_sheet.h"
#include "report/run_windows.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

Table scenario_table(const Scenario& s) {
  Table table({{"setting"}, {"value"}});
  const auto limit = [&](const char* name, Nanoseconds time) {
    table.add({name, time == Nanoseconds(0) ? "none" : show(to_seconds(time))});
  };
  table.add({"scenario", std::string(to_string(s.kind))});
  table.add({"percentile that counts", fmt::format("P{:g}", 100 * s.percentile)});
  limit("limit on latency", s.latency_limit());
  limit("limit on the time to first token", s.ttft_limit);
  limit("limit on the time per token", s.tpot_limit);
  if (s.target_qps > 0) table.add({"target rate", fmt::format("{:g} per second", s.target_qps)});
  if (is_open_loop(s.kind)) table.add({"arrivals", std::string(to_string(s.arrivals.kind))});
  if (s.kind == ScenarioKind::closed_loop) {
    table.add({"users", fmt::format("{}", s.users)});
    table.add({"think time", fmt::format("{}, {}", show(to_seconds(s.think_time)), to_string(s.think))});
  }
  table.add({"samples per query", fmt::format("{}", s.samples_per_query)});
  table.add({"at least", fmt::format("{}, {} queries", show(to_seconds(s.min_duration)), s.min_queries)});
  table.add({"at most", s.max_queries == 0 ? "no limit" : fmt::format("{} queries", s.max_queries)});
  if (s.dataset_samples > 0) table.add({"samples in the data set", fmt::format("{}", s.dataset_samples)});
  table.add({"seed", fmt::format("{}", s.seed)});
  return table;
}

}  // namespace

std::string run_page(const SavedRun& saved, const Summary& summary, const PageSource& source) {
  const Run& run = saved.run;
  const Sheet sheet = run_sheet(run, summary);
  const Verdict& verdict = summary.verdict;
  std::string body = verdict_block(verdict.valid ? Tone::fine : Tone::bad,
                                   verdict.valid ? "VALID" : "INVALID", verdict.reasons);
  body += section("Percentiles",
                  scrolled(percentile_table(summary, LatencySample(run), run.scenario).html()) +
                      "<p class=\"note\">Intervals are 95 %; – where the sample cannot support a figure, or "
                      "none is computed for it.</p>\n");
  body += section("Pictures",
                  pictures(run_charts(run, summary), "No query was answered, so there is no picture."));
  body += section("Figures", scrolled(sheet.html()));
  if (!run.windows.empty())
    body += section("How it went", scrolled(windows_table(run).html()) + "<p class=\"note\">" +
                                       xml_escaped(endurance_text(run)) + "</p>\n");
  body += section("Scenario", scrolled(scenario_table(run.scenario).html()));
  body += inputs_section(saved.inputs);
  body += made_by_section(source, {{"machine", run.machine},
                                   {"id", saved.id},
                                   {"saved", saved.saved},
                                   {"tags", fmt::format("{}", fmt::join(saved.tags, ", "))},
                                   {"note", saved.note}});
  return page(sheet.title(), body, source);
}

}  // namespace ridgeline::report
