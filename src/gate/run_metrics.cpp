#include <vector>

#include "gate/metrics.h"

namespace ridgeline {
namespace {

CriterionUnit unit_of(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::seconds:
      return CriterionUnit::seconds;
    case MetricUnit::per_second:
      return CriterionUnit::per_second;
    case MetricUnit::share:
      return CriterionUnit::share;
    case MetricUnit::joules:
      return CriterionUnit::joules;
    case MetricUnit::count:
      return CriterionUnit::count;
  }
  return CriterionUnit::count;
}

}  // namespace

std::span<const GateMetric> gate_run_metrics() {
  static const std::vector<GateMetric> metrics = [] {
    std::vector<GateMetric> all;
    for (const RunMetric& m : run_metrics()) all.push_back({m.name, m.what, unit_of(m.unit), m.better});
    return all;
  }();
  return metrics;
}

CriterionVocabulary run_vocabulary() {
  static const std::vector<CriterionMetric> names = gate::names_of(gate_run_metrics());
  return {"a run", names};
}

}  // namespace ridgeline
