#include "report/mission_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/mission_parts.h"
#include "report/svg_parts.h"
#include "report/thresholds_chart.h"

namespace ridgeline::report {
namespace {

LateQueries read_late(const JsonPlace& at) {
  LateQueries late;
  at["after_seconds"].read(late.after);
  late.queries = at["queries"].whole();
  late.late = at["late"].whole();
  late.share = at["share"].estimate().value_or(Estimate{});
  late.fleet = at["fleet"].whole();
  late.some_late = at["some_late"].estimate().value_or(Estimate{});
  return late;
}

PhaseReport read_phase(const JsonPlace& at) {
  PhaseReport phase;
  phase.id = at["id"].text();
  phase.story = at["story"].text();
  phase.run.system = at["system"].text();
  phase.run.workload = at["workload"].text();
  phase.run.scenario.kind = at["scenario"]["kind"].named(ScenarioKind::closed_loop);
  phase.run.notes = at["notes"].texts();
  phase.summary.queries = at["summary"]["queries"].whole();
  for (const auto& [name, metric] : at["metrics"].members())
    phase.metrics.push_back({name, metric["value"].figure(), metric["unit"].text()});
  if (const auto late = at.find("late")) phase.late = read_late(*late);
  return phase;
}

/// Of the phase's metric: thresholds are in SI and do not say.
std::string unit_of_metric(const std::vector<PhaseReport>& phases, const MissionThreshold& t) {
  for (const PhaseReport& phase : phases) {
    if (phase.id != t.phase) continue;
    for (const MissionMetric& metric : phase.metrics) {
      if (metric.name == t.metric) return metric.unit;
    }
  }
  return "";
}

ThresholdReport read_threshold(const JsonPlace& at, const std::vector<PhaseReport>& phases) {
  ThresholdReport report;
  MissionThreshold& t = report.threshold;
  t.phase = at["phase"].text();
  t.metric = at["metric"].text();
  const auto least = at.find("at_least");
  t.kind = least ? MissionLimit::at_least : MissionLimit::at_most;
  t.limit = least ? least->number() : at["at_most"].number();
  t.why = at["why"].text();
  t.unit = unit_of_metric(phases, t);
  if (t.unit == "s" || t.unit == "W" || t.unit == "J") {
    const AxisUnit unit = axis_unit(t.limit, t.unit);
    t.unit = unit.name;
    t.unit_per_si = 1 / unit.si;
  }
  report.value = at["value"].figure();
  report.holds = at["holds"].flag();
  return report;
}

std::string mission_phase(const PhaseReport& phase) {
  std::string body = fmt::format("<p>{}</p>\n", xml_escaped(phase.story));
  body += fmt::format("<p class=\"note\">{}</p>\n",
                      xml_escaped(fmt::format("{}, {} on {}, {} queries", to_string(phase.run.scenario.kind),
                                              phase.run.workload, phase.run.system, phase.summary.queries)));
  return section("Phase " + phase.id,
                 body + scrolled(mission_phase_table(phase).html()) + paragraphs(phase.run.notes));
}

std::string mission_fix(const Mission& m) {
  std::string body = paragraphs({m.fix_story});
  Table table({{"flag"}, {"because"}});
  for (const MissionChange& change : m.fix) table.add({change_flag(change), change.why});
  return section("The fix of the story (--fix)", body + scrolled(table.html()));
}

}  // namespace

MissionReport read_mission(const JsonPlace& at) {
  MissionReport report;
  Mission& m = report.mission;
  for (const auto& [key, field] : std::initializer_list<std::pair<const char*, std::string Mission::*>>{
           {"id", &Mission::id},
           {"name", &Mission::name},
           {"persona", &Mission::persona},
           {"story", &Mission::story},
           {"crisis", &Mission::crisis},
           {"hardware", &Mission::hardware},
           {"model", &Mission::model},
           {"precision", &Mission::precision},
           {"heat", &Mission::heat},
           {"training", &Mission::training}})
    m.*field = at[key].text();
  m.seed = at["seed"].whole();
  for (const JsonPlace& phase : at["phases"].items()) report.phases.push_back(read_phase(phase));
  for (const JsonPlace& t : at["thresholds"].items())
    report.thresholds.push_back(read_threshold(t, report.phases));
  m.fix_story = at["fix"]["story"].text();
  for (const JsonPlace& change : at["fix"]["changes"].items())
    m.fix.push_back({change["set"].text(), change["to"].text(), change["why"].text()});
  return report;
}

std::string mission_page(const MissionReport& report, const std::vector<Input>& inputs,
                         const PageSource& source) {
  const Mission& m = report.mission;
  std::vector<std::string> broken;
  for (const ThresholdReport& t : report.thresholds) {
    if (!t.holds)
      broken.push_back(fmt::format("{} {}: {}", t.threshold.phase, t.threshold.metric, t.threshold.why));
  }
  const bool holds = report.holds() && !report.thresholds.empty();
  std::string body = verdict_block(holds                       ? Tone::fine
                                   : report.thresholds.empty() ? Tone::plain
                                                               : Tone::bad,
                                   mission_verdict(report), broken);
  body += paragraphs({m.story, m.crisis, mission_settings(m)});
  if (std::any_of(report.thresholds.begin(), report.thresholds.end(), has_margin))
    body += section("Pictures", pictures({thresholds_chart(report.thresholds)}, ""));
  if (!report.thresholds.empty())
    body += section("Thresholds", scrolled(threshold_table(report.thresholds).html()));
  for (const PhaseReport& phase : report.phases) body += mission_phase(phase);
  if (!report.thresholds.empty() && !report.holds()) body += mission_fix(m);
  body += inputs_section(inputs) + made_by_section(source, {{"seed", std::to_string(m.seed)}});
  return page(fmt::format("{}: {}", m.name, m.persona), body, source);
}

}  // namespace ridgeline::report
