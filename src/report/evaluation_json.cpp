#include "report/evaluation.h"
#include "report/json_parts.h"
#include "report/record.h"

namespace ridgeline::report {
namespace {

Json to_json(const EvaluationMetric& m) {
  Json interval = Json();
  if (m.interval) interval = {number(m.interval->first), number(m.interval->second)};
  return {{"metric", m.kind->name},
          {"what", m.what},
          {"unit", to_string(m.kind->unit)},
          {"value", number(m.value)},
          {"interval", interval},
          {"upper_bound", m.upper_bound},
          {"limit", number(m.limit)},
          {"limit_side", m.kind->side == LimitSide::at_most ? "at_most" : "at_least"},
          {"status", m.status ? Json(to_string(*m.status)) : Json()},
          {"reason", m.reason}};
}

Json to_json(const EvaluationLevel& level) {
  Json metrics = Json::array();
  for (const EvaluationMetric& m : level.metrics) metrics.push_back(to_json(m));
  return {{"level", level.level},
          {"name", level.name},
          {"status", to_string(level.status)},
          {"reason", level.reason},
          {"metrics", metrics}};
}

}  // namespace

std::string json(const Evaluation& e) {
  Json levels = Json::array();
  for (const EvaluationLevel& level : e.levels) levels.push_back(to_json(level));
  return document("ridgeline.evaluation/1", {{"model", e.model},
                                             {"hardware", e.hardware},
                                             {"devices", e.devices},
                                             {"work", e.work},
                                             {"query", e.query},
                                             {"million_of", e.unit},
                                             {"status", to_string(e.status())},
                                             {"levels", levels},
                                             {"notes", e.notes},
                                             {"inputs", report::to_json(e.inputs)}});
}

}  // namespace ridgeline::report
