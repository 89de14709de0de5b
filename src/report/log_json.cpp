#include <fmt/format.h>

#include "report/json_parts.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

Json seconds(const std::optional<Nanoseconds>& t) { return t ? number(to_seconds(*t)) : Json(); }
Json flag(const std::optional<bool>& yes) { return yes ? Json(*yes) : Json(); }
Json whole(const std::optional<std::uint64_t>& n) { return n ? Json(*n) : Json(); }
Json words(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json to_json(const ReportedTimes& times) {
  if (times.empty()) return Json();
  Json percentiles = Json::object();
  for (const auto& [p, t] : times.percentiles) percentiles[fmt::format("p{:g}", 100 * p)] = seconds(t);
  return {{"min", seconds(times.min)},
          {"mean", seconds(times.mean)},
          {"max", seconds(times.max)},
          {"percentiles", percentiles}};
}

Json to_json(const LimitUse& use) {
  return {{"name", use.name},
          {"percentile", use.percentile},
          {"limit_seconds", seconds(use.limit)},
          {"seen_seconds", seconds(use.seen)},
          {"used", number(use.used())},
          {"p99_9_seconds", seconds(use.p999)},
          {"max_seconds", seconds(use.max)}};
}

Json to_json(const WallPower& p) {
  return {{"average_watts", p.energy ? number(p.average) : Json()},
          {"min_watts", p.energy ? number(p.least) : Json()},
          {"max_watts", p.energy ? number(p.greatest) : Json()},
          {"readings", p.readings},
          {"readings_outside", p.others},
          {"window_seconds", number(p.window)},
          {"longest_gap_seconds", number(p.longest_gap)},
          {"energy_joules", number(p.energy)},
          {"joules_per_sample", number(p.per_sample)}};
}

Json to_json(const MlperfSettings& s) {
  Json changed = Json::array();
  for (const auto& c : s.changed)
    changed.push_back({{"key", c.key}, {"requested", c.requested}, {"effective", c.effective}});
  return {{"mode", s.mode},
          {"qsl_rng_seed", whole(s.qsl_seed)},
          {"sample_index_rng_seed", whole(s.sample_index_seed)},
          {"schedule_rng_seed", whole(s.schedule_seed)},
          {"samples_per_query", whole(s.samples_per_query)},
          {"performance_sample_count", whole(s.performance_samples)},
          {"dataset_samples", whole(s.dataset_samples)},
          {"expected_latency_seconds", seconds(s.expected_latency)},
          {"equal_issue", flag(s.equal_issue)},
          {"coalesce", flag(s.coalesce)},
          {"tokens", s.tokens},
          {"inferred_tokens", s.inferred_tokens},
          {"changed", changed}};
}

Json lateness_json(const std::optional<Lateness>& late) {
  if (!late) return Json();
  return {{"p50", seconds(late->p50)}, {"p99", seconds(late->p99)}, {"max", seconds(late->max)}};
}

}  // namespace

std::string json(const LogAudit& audit) {
  const MlperfLog& log = audit.log;
  Json limits = Json::array();
  for (const auto& use : audit.limits) limits.push_back(to_json(use));
  return document("ridgeline.log_audit/1",
                  {{"directory", log.dir},
                   {"loadgen_version", log.loadgen_version},
                   {"date", log.date},
                   {"system", log.sut},
                   {"scenario", to_json(log.scenario)},
                   {"settings", to_json(log.settings)},
                   {"valid", flag(log.valid)},
                   {"limits_met", flag(log.constraints_met)},
                   {"duration_met", flag(log.duration_met)},
                   {"queries_met", flag(log.queries_met)},
                   {"early_stopping_met", flag(log.early_stopping_met)},
                   {"early_stopping", words(log.early_stopping)},
                   {"early_stopping_ttft", words(log.early_stopping_ttft)},
                   {"early_stopping_tpot", words(log.early_stopping_tpot)},
                   {"early_stopping_single_seconds", seconds(log.early_stopping_single)},
                   {"early_stopping_multi_seconds", seconds(log.early_stopping_multi)},
                   {"binds", audit.limits.empty() ? Json() : Json(audit.limits.front().name)},
                   {"limits", limits},
                   {"queries", whole(log.queries)},
                   {"samples", whole(log.samples())},
                   {"over_latency", whole(log.over_latency)},
                   {"generated_queries", whole(log.generated_queries)},
                   {"samples_per_second",
                    {{"target", number(log.scenario.target_qps)},
                     {"scheduled", number(log.scheduled_rate)},
                     {"completed", number(log.completed_rate)},
                     {"offline", number(log.offline_rate)},
                     {"with_overhead", number(log.rate_with_overhead)},
                     {"without_overhead", number(log.rate_without_overhead)}}},
                   {"tokens_per_second", number(log.tokens_per_second)},
                   {"inferred_tokens_per_second", number(log.inferred_tokens_per_second)},
                   {"latency_seconds", to_json(log.latency)},
                   {"query_latency_seconds", to_json(log.query_latency)},
                   {"ttft_seconds", to_json(log.first_token)},
                   {"tpot_seconds", to_json(log.per_token)},
                   {"group_latency_seconds", to_json(log.group)},
                   {"ran_seconds", number(audit.ran)},
                   {"ran_by", audit.ran_by},
                   {"passes", number(audit.passes)},
                   {"lateness_seconds", lateness_json(audit.lateness)},
                   {"effective_samples", number(audit.effective_samples)},
                   {"round", words(audit.round)},
                   {"schedule", audit.schedule},
                   {"power", log.power ? to_json(*log.power) : Json()},
                   {"recommendations", log.recommendations},
                   {"errors", log.errors},
                   {"warnings", log.warnings},
                   {"oddities", audit.oddities},
                   {"disagreements", log.disagreements},
                   {"unread", log.damage}});
}

}  // namespace ridgeline::report
