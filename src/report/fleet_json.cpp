#include "report/cost.h"
#include "report/fleet.h"
#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

Json use_json(const FleetUse& use) {
  Json costs = Json::array();
  for (const FleetCost& c : use.costs) {
    Json part = cost_part_json(c.part);
    part["per_period"] = number(c.per_period);
    part["per_million_queries"] = number(c.per_million);
    part["per_million_tokens"] = number(c.per_million_tokens);
    costs.push_back(std::move(part));
  }
  return {
      {"device_hours", number(use.device_hours)}, {"load", number(use.load)}, {"costs", std::move(costs)}};
}

Json peak_json(const FleetPeak& peak) {
  return {{"replicas", peak.replicas},
          {"load", number(peak.load)},
          {"within_slo", peak.summary ? Json(peak.summary->verdict.valid) : Json()},
          {"reasons", peak.summary ? Json(peak.summary->verdict.reasons) : Json::array()},
          {"latency_p99_seconds", peak.summary ? report::to_json(peak.summary->p99) : Json()},
          {"ttft_p99_seconds", peak.summary ? report::to_json(peak.summary->ttft_p99) : Json()},
          {"tpot_p99_seconds", peak.summary ? report::to_json(peak.summary->tpot_p99) : Json()},
          {"not_simulated", peak.not_simulated}};
}

Json replica_json(const ReplicaRate& r) {
  Json seeds = Json::array();
  for (const SeedRate& s : r.found.seeds)
    seeds.push_back({{"seed", s.seed}, {"queries_per_second", number(s.valid)}});
  return {{"devices", r.devices},
          {"queries_per_second", number(r.qps())},
          {"mean_queries_per_second", report::to_json(r.found.mean)},
          {"seeds", std::move(seeds)},
          {"closed_form_queries_per_second", number(r.closed_form.qps)},
          {"closed_form", r.closed_form.method},
          {"tokens_a_query", number(r.tokens)}};
}

Json steps_json(const FleetPlan& plan) {
  Json steps = Json::array();
  for (const FleetStep& s : plan.steps) {
    steps.push_back({{"start_seconds", number(s.start)},
                     {"queries_per_second", number(s.qps)},
                     {"needed", s.needed},
                     {"with_spares", s.on},
                     {"load", number(s.load)}});
  }
  return steps;
}

Json availability_json(const std::optional<FleetAvailability>& a) {
  if (!a) return nullptr;
  return {{"replica", number(a->replica)},
          {"least", a->least},
          {"fleet", number(a->fleet)},
          {"hours_a_year_below", number(a->hours_a_year)},
          {"failures_a_year", number(a->failures_a_year)}};
}

}  // namespace

std::string json(const FleetPlan& plan) {
  const FleetPolicy& p = plan.policy;
  Json interval;
  if (plan.replicas_interval) interval = {plan.replicas_interval->first, plan.replicas_interval->second};
  return document("ridgeline.fleet/1", {{"model", plan.model},
                                        {"hardware", plan.hardware},
                                        {"slo", to_json(plan.slo)},
                                        {"demand",
                                         {{"name", plan.demand.name},
                                          {"period_seconds", number(plan.demand.period)},
                                          {"peak_queries_per_second", number(plan.demand.peak())},
                                          {"mean_queries_per_second", number(plan.demand.mean())}}},
                                        {"policy",
                                         {{"headroom", number(p.headroom)},
                                          {"availability", number(p.availability)},
                                          {"mtbf_seconds", number(p.mtbf)},
                                          {"repair_seconds", number(p.repair)},
                                          {"start_up_seconds", number(p.start_up)}}},
                                        {"replica", replica_json(plan.replica)},
                                        {"needed", plan.needed},
                                        {"spares", plan.spares},
                                        {"replicas", plan.replicas()},
                                        {"replicas_interval", interval},
                                        {"steps", steps_json(plan)},
                                        {"fixed", use_json(plan.fixed)},
                                        {"autoscaled", use_json(plan.autoscaled)},
                                        {"availability", availability_json(plan.availability)},
                                        {"peak", peak_json(plan.peak)},
                                        {"failure", peak_json(plan.failure)},
                                        {"notes", plan.notes}});
}

}  // namespace ridgeline::report
