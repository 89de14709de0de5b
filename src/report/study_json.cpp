#include <fmt/format.h>

#include <cmath>

#include "report/json_parts.h"
#include "report/study_parts.h"

namespace ridgeline::report {
namespace {

Json metrics_json(const Study& study, const std::vector<std::optional<double>>& metrics) {
  Json json = Json::object();
  for (std::size_t i = 0; i < metrics.size(); ++i)
    json[std::string(metric_name(study, i))] = number(metrics[i]);
  return json;
}

Json at_json(const Study& study, const std::vector<std::string>& at) {
  Json json = Json::object();
  for (std::size_t i = 0; i < study.axes.size(); ++i) json[study.axes[i].name] = at[i];
  return json;
}

Json point_json(const Study& study, const StudyPoint& point) {
  return {{"index", point.index},
          {"equal_points", point.equals},
          {"at", at_json(study, point.at)},
          {"metrics", metrics_json(study, point.metrics)}};
}

Json points_json(const Study& study, const std::vector<StudyPoint>& points) {
  Json list = Json::array();
  for (const StudyPoint& p : points) list.push_back(point_json(study, p));
  return list;
}

Json search_json(const Study& study) {
  if (!study.search) return {{"method", "grid"}};
  return {{"method", "nsga2"},
          {"population", study.search->population},
          {"generations", study.search->generations},
          {"seed", study.search->seed}};
}

Json question_json(const Study& study) {
  Json axes = Json::array(), objectives = Json::array(), constraints = Json::array(),
       conditions = Json::array();
  for (const StudyAxis& axis : study.axes) {
    Json values = Json::array();
    for (const AxisValue& v : axis.values) values.push_back(v.text);
    axes.push_back({{"name", axis.name}, {"values", values}});
  }
  for (const StudyObjective& o : study.objectives)
    objectives.push_back({{"metric", metric_name(study, o.metric)},
                          {"direction", o.direction == Direction::minimise ? "minimise" : "maximise"}});
  for (const StudyConstraint& c : study.constraints) constraints.push_back(to_string(c.criterion));
  for (const StudyCondition& c : study.conditions) conditions.push_back(c.text);
  return {{"model", models_text(study)},
          {"kind", study.kind == StudyKind::serving ? "serving" : "step"},
          {"calibration", study.ideal ? "ideal" : "fitted"},
          {"stack", study.stack},
          {"axes", axes},
          {"conditions", conditions},
          {"objectives", objectives},
          {"constraints", constraints},
          {"money", money_text(study)},
          {"search", search_json(study)},
          {"text", study.text}};
}

Json constraints_json(const Study& study, const StudyResult& result) {
  Json list = Json::array();
  for (const ConstraintReport& c : result.constraints) {
    const bool only = std::isinf(c.gain);
    list.push_back({{"constraint", c.text},
                    {"fell", c.fell},
                    {"fell_alone", c.fell_alone},
                    {"untold", c.untold},
                    {"objective",
                     c.objective ? Json(metric_name(study, study.objectives[*c.objective].metric)) : Json()},
                    {"best_without", number(c.best_without)},
                    {"gain", only ? Json() : number(c.gain)},
                    {"leaves_nothing", only}});
  }
  return list;
}

Json verified_json(const Study& study, const VerifiedPoint& p, const StudyResult& result) {
  return {{"index", result.front[p.front].index},
          {"chunk", p.chunk > 0 ? Json(p.chunk) : Json()},
          {"rank", p.rank},
          {"predicted_rank", p.predicted_rank},
          {"error", p.error.empty() ? Json() : Json(p.error)},
          {"requests", p.requests},
          {"metrics", metrics_json(study, p.metrics)},
          {"ttft_p99", number(p.ttft_p99)},
          {"tpot_p99", number(p.tpot_p99)},
          {"attainment", p.error.empty() ? number(p.attainment) : Json()},
          {"goodput", p.error.empty() ? number(p.goodput) : Json()},
          {"meets_slo", p.meets_slo},
          {"keeps_constraints", p.keeps_constraints},
          {"on_front", p.on_front},
          {"disagreement", p.disagreement.empty() ? Json() : Json(p.disagreement)}};
}

Json survival_json(const StudyResult& result) {
  if (!result.survival) return Json();
  const FrontSurvival& s = *result.survival;
  Json points = Json::array();
  for (std::size_t i = 0; i < s.on_front.size(); ++i)
    points.push_back({{"index", result.front[i].index},
                      {"on_front", number(s.on_front[i])},
                      {"feasible", number(s.feasible[i])}});
  return {{"draws", s.draws}, {"contenders", s.contenders}, {"error_unknown", s.unknown}, {"points", points}};
}

Json sensitivity_json(const InputSensitivity& s) {
  const auto end = [](double factor, const std::optional<double>& objective, bool feasible, bool wins) {
    return Json{
        {"factor", number(factor)}, {"objective", number(objective)}, {"feasible", feasible}, {"wins", wins}};
  };
  return {{"input", s.input},
          {"interval_assumed", s.assumed},
          {"low", end(s.low, s.at_low, s.feasible_at_low, s.wins_at_low)},
          {"high", end(s.high, s.at_high, s.feasible_at_high, s.wins_at_high)}};
}

}  // namespace

std::string json(const Study& study, const StudyResult& result) {
  Json errors = Json::array(), unknown = Json::array(), verified = Json::array(), sensitivity = Json::array();
  for (const StudyError& e : result.errors)
    errors.push_back({{"count", e.count},
                      {"does_not_fit", e.does_not_fit},
                      {"example", {{"index", e.example}, {"at", at_json(study, e.at)}}},
                      {"message", e.message}});
  for (const UnknownGroup& g : result.unknown)
    unknown.push_back({{"metrics", g.metrics}, {"count", g.count}, {"points", points_json(study, g.points)}});
  for (const VerifiedPoint& p : result.verified) verified.push_back(verified_json(study, p, result));
  for (const InputSensitivity& s : result.sensitivity) sensitivity.push_back(sensitivity_json(s));
  Json best = Json::array();
  for (std::size_t o = 0; o < result.best.size(); ++o)
    best.push_back({{"metric", metric_name(study, study.objectives[o].metric)},
                    {"index", result.front[result.best[o]].index}});
  return document(
      "ridgeline.study/1",
      {{"study", question_json(study)},
       {"points", result.points},
       {"explored", result.explored},
       {"interrupted", result.interrupted()},
       {"counts",
        {{"feasible", result.feasible},
         {"fell", result.fell},
         {"untold", result.untold},
         {"excluded", result.excluded},
         {"does_not_fit", result.does_not_fit},
         {"failed", result.failed}}},
       {"front", points_json(study, result.front)},
       {"best", best},
       {"top", points_json(study, result.top)},
       {"constraints", constraints_json(study, result)},
       {"costliest_constraint", result.costliest ? Json(result.constraints[*result.costliest].text) : Json()},
       {"errors", errors},
       {"unknown", unknown},
       {"survival", survival_json(result)},
       {"sensitivity", sensitivity},
       {"verified", verified}});
}

std::string csv(const Study& study, const StudyResult& result) {
  std::string text = "index,equal_points";
  for (const StudyAxis& axis : study.axes) text += "," + axis.name;
  for (const StudyMetric& m : study_metrics(study.kind)) text += fmt::format(",{}", m.name);
  const bool survives = result.survival && !result.survival->on_front.empty();
  text += survives ? ",on_front_share\n" : "\n";
  for (std::size_t i = 0; i < result.front.size(); ++i) {
    const StudyPoint& p = result.front[i];
    text += fmt::format("{},{}", p.index, p.equals);
    for (const std::string& value : p.at) text += "," + value;
    for (const auto& m : p.metrics) text += m ? fmt::format(",{}", *m) : ",";
    text += survives ? fmt::format(",{}\n", result.survival->on_front[i]) : "\n";
  }
  return text;
}

}  // namespace ridgeline::report
