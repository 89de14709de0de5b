#include "report/gate_parts.h"
#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

const char* name_of(CriterionUnit unit) {
  static constexpr const char* names[] = {"seconds", "per_second", "share", "joules",
                                          "count",   "bytes",      "watts", "dollars"};
  return names[static_cast<std::size_t>(unit)];
}

const char* key_of(Outcome outcome) {
  static constexpr const char* keys[] = {"passed", "failed", "cannot_tell"};
  return keys[static_cast<std::size_t>(outcome)];
}

Json to_json(const CriterionResult& r) {
  const Criterion& c = r.criterion;
  return {{"criterion", to_string(c)},
          {"metric", c.metric},
          {"unit", name_of(c.metric_unit)},
          {"comparison", to_string(c.comparison)},
          {"limit_kind", to_string(c.kind)},
          {"limit", number(c.limit)},
          {"outcome", key_of(r.judgement.outcome)},
          {"reason", r.judgement.reason},
          {"measured", r.judgement.measured},
          {"base", number(r.seen.base)},
          {"head", report::to_json(r.seen.head)},
          {"change", report::to_json(r.seen.absolute)},
          {"relative_change", report::to_json(r.seen.relative)},
          {"evidence", to_string(r.seen.evidence)},
          {"queries_needed", r.seen.queries_needed ? Json(*r.seen.queries_needed) : Json()}};
}

Json shift_json(const GateReport& report) {
  if (!report.difference) return Json();
  Json shift = Json::array();
  for (const DecileShift& d : report.difference->shift)
    shift.push_back({{"quantile", number(d.quantile)}, {"seconds", report::to_json(d.seconds)}});
  return shift;
}

}  // namespace

std::string json(const GateReport& report) {
  Json criteria = Json::array();
  for (const CriterionResult& r : report.results) criteria.push_back(to_json(r));
  return document("ridgeline.gate/1", {{"passed", !report.fails()},
                                       {"outcome", key_of(report.outcome())},
                                       {"strict", report.strictness == Strictness::strict},
                                       {"base", report.base},
                                       {"head", report.head},
                                       {"criteria", criteria},
                                       {"broken", report.broken},
                                       {"warnings", report.warnings},
                                       {"latency_shift", shift_json(report)}});
}

}  // namespace ridgeline::report
