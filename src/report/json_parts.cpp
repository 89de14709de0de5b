#include "report/json_parts.h"

#include <cmath>

#include "base/version.h"

namespace ridgeline::report {

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json to_json(const Provenance& p) {
  return {{"kind", to_string(p.kind)}, {"source", p.source}, {"date", p.date}};
}

Json to_json(const Estimate& e) {
  return {{"value", number(e.value)}, {"low", number(e.low)}, {"high", number(e.high)}};
}

Json to_json(const Scenario& s) {
  return {
      {"kind", to_string(s.kind)},
      {"min_duration_seconds", number(to_seconds(s.min_duration))},
      {"min_queries", s.min_queries},
      {"max_queries", s.max_queries},
      {"samples_per_query", s.samples_per_query},
      {"target_qps", number(s.target_qps)},
      {"target_latency_seconds", s.target_latency.count() ? number(to_seconds(s.target_latency)) : Json()},
      {"ttft_limit_seconds", s.ttft_limit.count() ? number(to_seconds(s.ttft_limit)) : Json()},
      {"tpot_limit_seconds", s.tpot_limit.count() ? number(to_seconds(s.tpot_limit)) : Json()},
      {"users", s.users},
      {"think_time_seconds", number(to_seconds(s.think_time))},
      {"think", to_string(s.think)},
      {"arrivals", to_string(s.arrivals.kind)},
      {"percentile", s.percentile},
      {"seed", s.seed}};
}

Json to_json(const Summary& s) {
  Json energy = Json::object();
  for (const EnergyPerQuery& e : s.energy) energy[e.scope] = number(e.energy);
  return {{"queries", s.queries},
          {"samples", s.samples},
          {"refused", s.refused},
          {"timed_out", s.timed_out},
          {"failed", s.failed},
          {"goodput", s.goodput ? Json{{"queries_per_second", number(s.goodput->goodput)},
                                       {"queries", s.goodput->good},
                                       {"attainment", s.goodput->attainment()}}
                                : Json()},
          {"missed_deadlines", s.missed_deadlines ? Json(*s.missed_deadlines) : Json()},
          {"duration_seconds", number(s.duration)},
          {"latency_seconds",
           {{"mean", to_json(s.mean)},
            {"p50", to_json(s.p50)},
            {"p90", to_json(s.p90)},
            {"p99", to_json(s.p99)},
            {"decisive", to_json(s.decisive)}}},
          {"scheduled_queries_per_second", number(s.scheduled_rate)},
          {"throughput_samples_per_second", to_json(s.throughput)},
          {"ttft_seconds", {{"p50", to_json(s.ttft_p50)}, {"p99", to_json(s.ttft_p99)}}},
          {"tpot_seconds", {{"p50", to_json(s.tpot_p50)}, {"p99", to_json(s.tpot_p99)}}},
          {"token_gap_seconds",
           {{"p50", number(s.gap_p50)}, {"p99", number(s.gap_p99)}, {"max", number(s.gap_max)}}},
          {"early_stopping_seconds", number(s.early_stopping)},
          {"lateness_p50_seconds", number(s.lateness_p50)},
          {"lateness_p99_seconds", number(s.lateness_p99)},
          {"energy_joules_per_query", energy},
          {"verdict", s.verdict.valid ? "VALID" : "INVALID"},
          {"reasons", s.verdict.reasons}};
}

std::string document(const char* schema, Json body) {
  Json head = {{"schema", schema}, {"ridgeline", version}, {"build", build_type}};
  head.update(body);
  // Invalid UTF-8 in a name must not throw: it is replaced.
  return head.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ridgeline::report
