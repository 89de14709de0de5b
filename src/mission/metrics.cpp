#include "mission/metrics.h"

#include <algorithm>

#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

using mission::MetricInputs;
using mission::MetricUnit;

const std::vector<MetricUnit>& times() {
  static const std::vector<MetricUnit> units = {{"s", 1}, {"ms", 1e3}, {"us", 1e6}};
  return units;
}

/// Nearest rank as summarize() takes it; absent when so few queries lie beyond it that it is only the
/// maximum.
std::optional<double> percentile(const std::vector<double>& sorted, double p) {
  const double n = static_cast<double>(sorted.size());
  if (n * (1 - p) < 1 - 1e-9) return std::nullopt;
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(n * p))];
}

std::optional<double> value_of(const std::optional<Estimate>& estimate) {
  if (!estimate) return std::nullopt;
  return estimate->value;
}

std::optional<double> mean_power(const Run& run, Seconds duration) {
  std::optional<Joules> energy;
  for (const Window& window : run.windows) {
    if (window.energy) energy = energy.value_or(Joules(0)) + *window.energy;
  }
  if (!energy || !(duration > Seconds(0))) return std::nullopt;
  return (*energy / duration).value();
}

std::optional<double> hottest(const Run& run) {
  std::optional<double> celsius;
  for (const Window& window : run.windows) {
    if (window.celsius) celsius = std::max(celsius.value_or(*window.celsius), *window.celsius);
  }
  return celsius;
}

std::vector<double> sorted_latencies(const Run& run) {
  std::vector<double> latencies;
  latencies.reserve(run.queries.size());
  for (const QueryRecord& query : run.queries) latencies.push_back(to_seconds(query.latency()).value());
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

struct Metric {
  const char* name;
  std::vector<MetricUnit> units;  ///< SI first
};

const std::vector<Metric>& metrics() {
  static const std::vector<Metric> all = {
      {"latency.mean", times()},
      {"latency.p50", times()},
      {"latency.p90", times()},
      {"latency.p95", times()},
      {"latency.p99", times()},
      {"latency.p99.9", times()},
      {"ttft.p99", times()},
      {"tpot.p99", times()},
      {"throughput", {{"1/s", 1}}},
      {"rate.first", {{"1/s", 1}, {"FPS", 1}}},
      {"rate.sustained", {{"1/s", 1}, {"FPS", 1}}},
      {"utilisation", {{"", 1}, {"%", 100}}},
      {"power.mean", {{"W", 1}, {"mW", 1e3}}},
      {"temperature.max", {{"degC", 1}}},
      {"accuracy", {{"", 1}, {"%", 100}}},
  };
  return all;
}

}  // namespace

std::vector<std::string_view> mission_metrics() {
  std::vector<std::string_view> names;
  for (const Metric& metric : metrics()) names.emplace_back(metric.name);
  return names;
}

std::vector<MetricUnit> mission::units_of(std::string_view name) {
  for (const Metric& metric : metrics()) {
    if (name == metric.name) return metric.units;
  }
  return {};
}

std::vector<MissionMetric> mission::measure(const Run& run, const Summary& summary,
                                            const MetricInputs& inputs) {
  std::vector<MissionMetric> found;
  const auto add = [&found](const char* name, std::optional<double> value) {
    if (value) found.push_back({name, value, units_of(name).front().name});
  };
  const std::vector<double> latencies = sorted_latencies(run);
  const std::optional<Endurance> course = endurance(run);
  add("latency.mean", value_of(summary.mean));
  add("latency.p50", percentile(latencies, 0.50));
  add("latency.p90", percentile(latencies, 0.90));
  add("latency.p95", percentile(latencies, 0.95));
  add("latency.p99", percentile(latencies, 0.99));
  add("latency.p99.9", percentile(latencies, 0.999));
  add("ttft.p99", value_of(summary.ttft_p99));
  add("tpot.p99", value_of(summary.tpot_p99));
  add("throughput", value_of(summary.throughput));
  if (course) add("rate.first", course->at_first.value());
  if (course) add("rate.sustained", course->sustained.value());
  if (inputs.saturated && summary.throughput)
    add("utilisation", summary.throughput->value / inputs.saturated->value());
  add("power.mean", mean_power(run, summary.duration));
  add("temperature.max", hottest(run));
  add("accuracy", inputs.accuracy);
  return found;
}

}  // namespace ridgeline
