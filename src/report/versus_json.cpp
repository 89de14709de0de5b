#include "report/json_parts.h"
#include "report/versus.h"

namespace ridgeline::report {
namespace {

Json to_json(const std::optional<std::pair<double, double>>& interval) {
  if (!interval) return Json();
  return Json::array({number(interval->first), number(interval->second)});
}

Json to_json(const std::optional<VersusRatio>& ratio) {
  if (!ratio) return Json();
  return {{"value", number(ratio->value)}, {"interval", to_json(ratio->interval)}};
}

Json to_json(const VersusFigure& f) {
  return {{"value", number(f.value)},
          {"interval", to_json(f.interval)},
          {"upper_bound", f.upper_bound},
          {"missing", f.missing}};
}

Json to_json(const VersusMetric& m) {
  return {{"metric", m.kind->name},      {"what", m.what},
          {"unit", m.kind->unit},        {"better", m.kind->better == LimitSide::at_most ? "less" : "more"},
          {"a", to_json(m.sides[0])},    {"b", to_json(m.sides[1])},
          {"b_over_a", to_json(m.ratio)}};
}

Json to_json(const Roofline& r) {
  Json ops = Json::array();
  for (const RooflineOp& op : r.ops) {
    const bool placed = op.intensity > FlopsPerByte(0);
    ops.push_back({{"pass", op.pass},
                   {"name", op.name},
                   {"flops", number(op.flops)},
                   {"bytes", number(op.bytes)},
                   {"intensity_flops_per_byte", placed ? number(op.intensity) : Json()},
                   {"attained_flops_per_second", placed ? number(op.attained) : Json()},
                   {"roof_flops_per_second", placed ? number(op.roof) : Json()},
                   {"bound", to_string(op.bound)},
                   {"share_of_pass", number(op.share)}});
  }
  return {{"format", to_string(r.format)},
          {"peak_flops_per_second", number(r.peak)},
          {"bandwidth_bytes_per_second", number(r.bandwidth)},
          {"ridge_flops_per_byte", number(r.ridge)},
          {"operators", ops}};
}

Json to_json(const PeakAndSustained& p) {
  return {{"peak", number(p.peak)},
          {"calibrated", number(p.calibrated)},
          {"sustained", number(p.sustained)},
          {"attained", number(p.attained)}};
}

Json to_json(const ParetoEfficiency& e) {
  return {{"input", e.input},         {"output", e.output},     {"efficiency", number(e.theta)},
          {"reference", e.reference}, {"compared", e.compared}, {"front", e.front},
          {"missing", e.missing}};
}

Json to_json(const ThermalEndurance& h) {
  Json json = {{"model", h.model.empty() ? Json() : Json(h.model)}};
  json["clock"] = h.steady ? number(h.steady->clock) : Json();
  json["celsius"] = h.steady ? number(h.steady->celsius) : Json();
  json["throttled"] = h.steady ? Json(h.steady->throttled) : Json();
  json["active_watts"] = number(h.active);
  return json;
}

Json to_json(const VersusSystem& s) {
  Json efficiency = Json::array();
  for (const ParetoEfficiency& e : s.efficiency) efficiency.push_back(to_json(e));
  return {{"hardware", s.hardware},
          {"name", s.name},
          {"precision", s.precision},
          {"devices", s.devices},
          {"pass_latency_seconds", number(s.pass.latency)},
          {"prompt_share", number(s.prompt_share)},
          {"roofline", to_json(s.roofline)},
          {"flops_per_second", to_json(s.compute)},
          {"bytes_per_second", to_json(s.memory)},
          {"heat", to_json(s.heat)},
          {"accuracy", {{"value", number(s.accuracy.accuracy)}, {"minimum", number(s.accuracy.minimum)}}},
          {"efficiency", efficiency}};
}

Json side_of_phase(const std::optional<PhaseReport>& side, const std::string& failed) {
  Json metrics = Json::object();
  if (side) {
    for (const MissionMetric& m : side->metrics)
      metrics[m.name] = {{"value", number(m.value)}, {"unit", m.unit}};
  }
  return {{"failed", failed}, {"queries", side ? Json(side->summary.queries) : Json()}, {"metrics", metrics}};
}

Json to_json(const VersusPhase& p) {
  return {{"id", p.id},
          {"story", p.story},
          {"scenario", to_string(p.scenario)},
          {"of_mission", p.of_mission},
          {"a", side_of_phase(p.sides[0], p.failed[0])},
          {"b", side_of_phase(p.sides[1], p.failed[1])}};
}

Json to_json(const BreakEven& b) {
  return {{"input", b.input},
          {"unit", b.unit},
          {"now", number(b.now)},
          {"keeps", number(b.keeps)},
          {"turns", number(b.turns)},
          {"b_over_a_keeps", number(b.ratio_keeps)},
          {"b_over_a_turns", number(b.ratio_turns)},
          {"tried_from", number(b.tried_from)},
          {"tried_to", number(b.tried_to)},
          {"tried", b.tried},
          {"ends", b.ends},
          {"why_not", b.why_not}};
}

template <class T>
Json list_of(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

Json why_of(const std::optional<Explanation>& why) {
  if (!why) return Json();
  Json parts = Json::array();
  for (const MetricPart& part : why->latency.parts)
    parts.push_back({{"factor", part.factor}, {"seconds", number(part.value)}});
  return {{"per", why->latency.per},
          {"a_seconds", number(why->latency.baseline)},
          {"b_seconds", number(why->latency.proposal)},
          {"parts", parts}};
}

}  // namespace

std::string json(const Versus& v) {
  return document("ridgeline.versus/1", {{"mission", v.mission},
                                         {"model", v.model},
                                         {"work", v.work},
                                         {"seed", v.seed},
                                         {"verdict",
                                          {{"metric", v.verdict.metric->name},
                                           {"outcome", to_string(v.verdict.outcome)},
                                           {"b_over_a", to_json(v.verdict.ratio)},
                                           {"reason", v.verdict.reason}}},
                                         {"a", to_json(v.systems[0])},
                                         {"b", to_json(v.systems[1])},
                                         {"metrics", list_of(v.metrics)},
                                         {"scenarios", list_of(v.phases)},
                                         {"break_evens", list_of(v.break_evens)},
                                         {"why", why_of(v.why)},
                                         {"notes", v.notes}});
}

}  // namespace ridgeline::report
