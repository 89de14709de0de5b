#include "report/run_difference.h"

namespace ridgeline::report {
namespace {

const char* unit_name(MetricUnit unit) {
  static constexpr const char* names[] = {"seconds", "per_second", "share", "joules", "count"};
  return names[static_cast<std::size_t>(unit)];
}

Json side(const NamedRun& named, std::uint64_t queries, std::uint64_t block) {
  const Run& run = named.run;
  return {{"name", named.name},
          {"origin", to_string(run.origin)},
          {"scenario", to_string(run.scenario.kind)},
          {"workload", run.workload},
          {"system", run.system},
          {"queries", queries},
          {"block_queries", block ? Json(block) : Json()}};
}

Json metric_json(const MetricDifference& m) {
  return {{"metric", m.metric->name},
          {"what", m.metric->what},
          {"unit", unit_name(m.metric->unit)},
          {"better", m.metric->better == Better::lower ? "lower" : "higher"},
          {"a", number(m.a)},
          {"b", number(m.b)},
          {"difference", to_json(m.absolute)},
          {"relative", to_json(m.relative)},
          {"evidence", to_string(m.evidence)},
          {"queries_needed", m.queries_needed ? Json(*m.queries_needed) : Json()}};
}

}  // namespace

Json to_json(const RunDifference& d, const RunComparison& how) {
  Json metrics = Json::array(), shift = Json::array(), parts = Json::array();
  for (const MetricDifference& m : d.metrics) metrics.push_back(metric_json(m));
  for (const DecileShift& s : d.shift)
    shift.push_back({{"quantile", number(s.quantile)}, {"difference_seconds", to_json(s.seconds)}});
  for (const PhaseDifference& p : d.parts)
    parts.push_back({{"phase", p.phase}, {"seconds", number(p.seconds)}});
  return {{"paired", d.paired},
          {"confidence", number(how.confidence)},
          {"replicas", how.replicas},
          {"seed", how.seed},
          {"detect", number(how.detect)},
          {"metrics", metrics},
          {"b_slower", to_json(d.b_slower)},
          {"cliffs_delta", number(d.effect_size)},
          {"shift", shift},
          {"parts_of_mean", parts},
          {"sentences", d.sentences}};
}

std::string json(const RunDifference& d, const NamedRun& a, const NamedRun& b, const RunComparison& how) {
  Json body = {{"a", side(a, d.a_queries, d.a_block)}, {"b", side(b, d.b_queries, d.b_block)}};
  body.update(to_json(d, how));
  return document("ridgeline.run-difference/1", std::move(body));
}

}  // namespace ridgeline::report
