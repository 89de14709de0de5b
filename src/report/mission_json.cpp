#include "report/json_parts.h"
#include "report/mission.h"

namespace ridgeline::report {
namespace {

Json to_json(const ThresholdReport& t) {
  return {{"phase", t.threshold.phase},
          {"metric", t.threshold.metric},
          {"value", number(t.value)},
          {t.threshold.kind == MissionLimit::at_most ? "at_most" : "at_least", number(t.threshold.limit)},
          {"holds", t.holds},
          {"why", t.threshold.why}};
}

Json to_json(const std::vector<ThresholdReport>& thresholds) {
  Json list = Json::array();
  for (const ThresholdReport& t : thresholds) list.push_back(to_json(t));
  return list;
}

Json to_json(const LateQueries& l) {
  return {{"after_seconds", number(l.after)},
          {"queries", l.queries},
          {"late", l.late},
          {"share", report::to_json(l.share)},
          {"fleet", l.fleet},
          {"some_late", report::to_json(l.some_late)}};
}

Json to_json(const PhaseReport& phase) {
  Json metrics = Json::object();
  for (const MissionMetric& metric : phase.metrics)
    metrics[metric.name] = {{"value", number(metric.value)}, {"unit", metric.unit}};
  Json body{{"id", phase.id},
            {"story", phase.story},
            {"system", phase.run.system},
            {"workload", phase.run.workload},
            {"scenario", report::to_json(phase.run.scenario)},
            {"summary", report::to_json(phase.summary)},
            {"metrics", metrics},
            {"notes", phase.run.notes}};
  if (phase.late) body["late"] = to_json(*phase.late);
  return body;
}

Json parameters_of(const Mission& m) {
  Json parameters = Json::object();
  for (const auto& entry : m.parameters) parameters[entry.first] = report::to_json(entry.second);
  return parameters;
}

Json phases_of(const MissionReport& report) {
  Json phases = Json::array();
  for (const PhaseReport& phase : report.phases) phases.push_back(to_json(phase));
  return phases;
}

Json fix_of(const Mission& m) {
  Json changes = Json::array();
  for (const MissionChange& c : m.fix) changes.push_back({{"set", c.name}, {"to", c.value}, {"why", c.why}});
  return {{"story", m.fix_story}, {"changes", changes}};
}

Json head_of(const Mission& m) {
  return {{"id", m.id},         {"name", m.name},         {"persona", m.persona}, {"story", m.story},
          {"crisis", m.crisis}, {"hardware", m.hardware}, {"model", m.model},     {"precision", m.precision},
          {"heat", m.heat},     {"training", m.training}};
}

}  // namespace

std::string json(const MissionReport& report) {
  Json body = head_of(report.mission);
  body["seed"] = report.mission.seed;
  body["parameters"] = parameters_of(report.mission);
  body["phases"] = phases_of(report);
  body["thresholds"] = to_json(report.thresholds);
  body["holds"] = report.holds();
  body["fix"] = fix_of(report.mission);
  return document("ridgeline.mission/1", body);
}

std::string json(const Mission& m, const MissionSweep& sweep) {
  return document("ridgeline.mission_sweep/1", {{"mission", m.id},
                                                {"parameter", sweep.parameter},
                                                {"unit", sweep.unit},
                                                {"holds", number(sweep.holds)},
                                                {"breaks", number(sweep.breaks)},
                                                {"broken", to_json(sweep.broken)},
                                                {"runs", sweep.runs}});
}

std::string list_json(const std::vector<Mission>& missions) {
  Json list = Json::array();
  for (const Mission& m : missions) list.push_back(head_of(m));
  return document("ridgeline.missions/1", {{"missions", list}});
}

}  // namespace ridgeline::report
