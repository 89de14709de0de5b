#include "gate/observe.h"

#include <algorithm>

#include "load/percentile.h"

namespace ridgeline::gate {
namespace {

std::optional<Figure> sampled(const std::optional<Estimate>& estimate) {
  if (!estimate) return std::nullopt;
  return Figure{*estimate, Certainty::sampled};
}

std::optional<Figure> exact(double value) {
  Estimate estimate;
  estimate.value = value;
  return Figure{estimate, Certainty::exact};
}

std::optional<Figure> exact(const std::optional<Seconds>& value) {
  if (!value) return std::nullopt;
  return exact(value->value());
}

struct Statistic {
  std::string_view metric;
  std::optional<Estimate> Summary::* estimate;
};
constexpr Statistic statistics[] = {{"p50", &Summary::p50},
                                    {"p90", &Summary::p90},
                                    {"p99", &Summary::p99},
                                    {"mean", &Summary::mean},
                                    {"throughput", &Summary::throughput},
                                    {"ttft_p50", &Summary::ttft_p50},
                                    {"ttft_p99", &Summary::ttft_p99},
                                    {"tpot_p50", &Summary::tpot_p50},
                                    {"tpot_p99", &Summary::tpot_p99}};

std::optional<Figure> figure_of_run(const Side& side, std::string_view metric) {
  const Summary& summary = side.summary;
  for (const Statistic& s : statistics) {
    if (s.metric == metric) return sampled(summary.*s.estimate);
  }
  const bool offline = side.run.scenario.kind == ScenarioKind::offline;
  const load::Draws draws = offline ? load::Draws::none : load::Draws::dependent;
  if (metric == "p95") return sampled(load::percentile(side.seen.latency, 0.95, draws));
  if (metric == "p99.9") return sampled(load::percentile(side.seen.latency, 0.999, draws));
  if (metric == "lost") return exact(static_cast<double>(summary.lost()));
  if (metric == "goodput" && summary.goodput) return exact(summary.goodput->goodput.value());
  if (metric == "attainment" && summary.goodput) return exact(summary.goodput->attainment());
  if (metric == "gap_p99") return exact(summary.gap_p99);
  if (metric == "lateness_p99") return exact(summary.lateness_p99);
  if (metric == "max" && side.seen.latency.size() > 0)
    return exact(to_seconds(side.seen.latency.at_rank(side.seen.latency.size() - 1)));
  if (metric == "energy_per_query" && summary.energy.size() == 1)
    return exact(summary.energy[0].energy.value());
  return std::nullopt;
}

}  // namespace

std::optional<Figure> figure(const Side& side, std::string_view metric) {
  auto found = figure_of_run(side, metric);
  if (found && side.run.origin == RunOrigin::predicted) found->certainty = Certainty::exact;
  return found;
}

Observation observe(std::string_view metric, const RunDifference& difference, const Side& base,
                    const Side& head) {
  Observation seen;
  if (const auto of_head = figure(head, metric)) {
    seen.head = of_head->estimate;
    seen.head_certainty = of_head->certainty;
  }
  if (const auto of_base = figure(base, metric)) seen.base = of_base->estimate.value;
  const auto found =
      std::find_if(difference.metrics.begin(), difference.metrics.end(),
                   [metric](const MetricDifference& m) { return m.metric && m.metric->name == metric; });
  if (found == difference.metrics.end()) return seen;
  seen.base = found->a;
  if (!seen.head) {
    seen.head.emplace();
    seen.head->value = found->b;
  }
  seen.absolute = found->absolute;
  seen.relative = found->relative;
  seen.evidence = found->evidence;
  seen.queries_needed = found->queries_needed;
  // What was counted is no guess; where the comparison allows for luck, so do we.
  if (found->metric->unit == MetricUnit::count && found->evidence == Evidence::unknown)
    seen.change_certainty = Certainty::exact;
  return seen;
}

}  // namespace ridgeline::gate
