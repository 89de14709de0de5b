#include "gate/metrics.h"

#include <fmt/format.h>

#include <vector>

namespace ridgeline {
namespace {

constexpr GateMetric of_profiles[] = {
    {"latency", "time of the pass", CriterionUnit::seconds, Better::lower},
    {"throughput", "samples a second", CriterionUnit::per_second, Better::higher},
    {"memory", "of the fullest device", CriterionUnit::bytes, Better::lower},
    {"energy", "of the pass, at most", CriterionUnit::joules, Better::lower},
    {"mfu", "share of the peak FLOP/s", CriterionUnit::share, Better::higher},
};
constexpr GateMetric of_servings[] = {
    {"ttft", "mean time to the first token", CriterionUnit::seconds, Better::lower},
    {"tpot", "mean time per output token", CriterionUnit::seconds, Better::lower},
    {"requests", "requests a second", CriterionUnit::per_second, Better::higher},
    {"tokens_per_device", "output tokens a second and device", CriterionUnit::per_second, Better::higher},
    {"tokens_per_user", "output tokens a second and user", CriterionUnit::per_second, Better::higher},
    {"memory", "of the fullest device", CriterionUnit::bytes, Better::lower},
};

}  // namespace

std::string_view to_string(Prediction::Kind kind) {
  return kind == Prediction::Kind::profile ? "a prediction of one pass" : "a prediction of serving";
}

std::span<const GateMetric> prediction_metrics(Prediction::Kind kind) {
  if (kind == Prediction::Kind::profile) return of_profiles;
  return of_servings;
}

CriterionVocabulary prediction_vocabulary(Prediction::Kind kind) {
  static const std::vector<CriterionMetric> profile = gate::names_of(of_profiles),
                                            serving = gate::names_of(of_servings);
  return {to_string(kind), kind == Prediction::Kind::profile ? profile : serving};
}

namespace gate {

std::vector<CriterionMetric> names_of(std::span<const GateMetric> metrics) {
  std::vector<CriterionMetric> names;
  for (const GateMetric& m : metrics) names.push_back({m.name, m.unit});
  return names;
}

std::vector<std::string> reversed(std::span<const Criterion> criteria, std::span<const GateMetric> metrics) {
  std::vector<std::string> warnings;
  for (const Criterion& c : criteria) {
    for (const GateMetric& m : metrics) {
      if (m.name != c.metric || (m.better == Better::lower) == is_upward(c.comparison)) continue;
      warnings.push_back(fmt::format("'{}' fails where {} is better than the limit: did you mean {}?",
                                     to_string(c), c.metric, is_upward(c.comparison) ? "<" : ">"));
    }
  }
  return warnings;
}

}  // namespace gate
}  // namespace ridgeline
