#include "explain/run_metrics.h"

#include <algorithm>
#include <array>

#include "stats/quantile.h"

namespace ridgeline {
namespace {

using enum MetricUnit;

constexpr std::array<RunMetric, 18> all{{
    {"p50", "median of the latency", seconds, Better::lower},
    {"p90", "90th percentile of the latency", seconds, Better::lower},
    {"p95", "95th percentile of the latency", seconds, Better::lower},
    {"p99", "99th percentile of the latency", seconds, Better::lower},
    {"p99.9", "99.9th percentile of the latency", seconds, Better::lower},
    {"mean", "mean latency", seconds, Better::lower},
    {"max", "greatest latency", seconds, Better::lower},
    {"throughput", "samples completed per second", per_second, Better::higher},
    {"goodput", "queries per second within every limit", per_second, Better::higher},
    {"attainment", "share of the queries within every limit", share, Better::higher},
    {"ttft_p50", "median of the time to the first token", seconds, Better::lower},
    {"ttft_p99", "99th percentile of the time to the first token", seconds, Better::lower},
    {"tpot_p50", "median of the time per output token", seconds, Better::lower},
    {"tpot_p99", "99th percentile of the time per output token", seconds, Better::lower},
    {"gap_p99", "99th percentile of the time from one token to the next", seconds, Better::lower},
    {"energy_per_query", "energy per completed query", joules, Better::lower},
    {"lateness_p99", "99th percentile of how late queries were issued", seconds, Better::lower},
    {"lost", "queries without an answer", count, Better::lower},
}};

}  // namespace

std::span<const RunMetric> run_metrics() { return all; }

const RunMetric* find_run_metric(std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const RunMetric& m) { return m.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view to_string(Evidence evidence) {
  static constexpr std::array<std::string_view, 3> names{"shown", "not_shown", "unknown"};
  return names[static_cast<std::size_t>(evidence)];
}

namespace explain {
namespace {

std::optional<double> quantile(const load::Times& times, double p) {
  if (!stats::supports_quantile(times.size(), p)) return std::nullopt;
  return to_seconds(times.at_rank(stats::nearest_rank(times.size(), p))).value();
}

std::optional<double> value_of(const std::optional<Estimate>& e) {
  return e ? std::optional(e->value) : std::nullopt;
}
std::optional<double> value_of(const std::optional<Seconds>& s) {
  return s ? std::optional(s->value()) : std::nullopt;
}

std::optional<double> latency_metric(std::string_view name, const Summary& s, const load::Times& latency) {
  if (name == "p95") return quantile(latency, 0.95);
  if (name == "p99.9") return quantile(latency, 0.999);
  if (name == "p50") return value_of(s.p50);
  if (name == "p90") return value_of(s.p90);
  if (name == "p99") return value_of(s.p99);
  if (name == "mean") return value_of(s.mean);
  if (name != "max" || latency.size() == 0) return std::nullopt;
  return to_seconds(latency.at_rank(latency.size() - 1)).value();
}

std::optional<double> other_metric(std::string_view name, const Summary& s) {
  if (name == "throughput") return value_of(s.throughput);
  if (name == "goodput" && s.goodput) return s.goodput->goodput.value();
  if (name == "attainment" && s.goodput) return s.goodput->attainment();
  if (name == "ttft_p50") return value_of(s.ttft_p50);
  if (name == "ttft_p99") return value_of(s.ttft_p99);
  if (name == "tpot_p50") return value_of(s.tpot_p50);
  if (name == "tpot_p99") return value_of(s.tpot_p99);
  if (name == "gap_p99") return value_of(s.gap_p99);
  if (name == "lateness_p99") return value_of(s.lateness_p99);
  if (name == "lost") return static_cast<double>(s.lost());
  return std::nullopt;
}

}  // namespace

std::vector<std::pair<const RunMetric*, double>> metric_values(const Run& run, const Summary& s,
                                                               const load::Seen& seen) {
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  std::vector<std::pair<const RunMetric*, double>> values;
  for (const RunMetric& metric : all) {
    std::optional<double> value;
    if (!offline) value = latency_metric(metric.name, s, seen.latency);
    if (!value) value = other_metric(metric.name, s);
    if (value) values.emplace_back(&metric, *value);
  }
  return values;
}

std::optional<double> level_of(std::string_view metric) {
  const std::size_t at = metric.rfind('p');
  const std::string_view level = at == std::string_view::npos ? "" : metric.substr(at + 1);
  for (const auto& [text, value] : {std::pair<std::string_view, double>{"50", 0.5},
                                    {"90", 0.9},
                                    {"95", 0.95},
                                    {"99", 0.99},
                                    {"99.9", 0.999}}) {
    if (level == text) return value;
  }
  return std::nullopt;
}

std::string_view common_meter(const Summary& a, const Summary& b) {
  for (const EnergyPerQuery& in_a : a.energy) {
    for (const EnergyPerQuery& in_b : b.energy) {
      if (in_a.scope == in_b.scope) return in_a.scope;
    }
  }
  return {};
}

}  // namespace explain
}  // namespace ridgeline
