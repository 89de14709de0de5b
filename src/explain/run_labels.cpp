#include "explain/run_labels.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace ridgeline::explain {

std::string label_of(const RunMetric& metric) {
  const std::string name(metric.name);
  if (name == "mean" || name == "max") return name + " latency";
  if (name == "lost") return "lost queries";
  if (name == "energy_per_query") return "energy per query";
  const std::size_t at = name.rfind("_p");
  if (at != std::string::npos) {
    std::string kind = name.substr(0, at);
    if (kind == "ttft" || kind == "tpot") kind = kind == "ttft" ? "TTFT" : "TPOT";
    return kind + " P" + name.substr(at + 2);
  }
  return name.front() == 'p' ? "P" + name.substr(1) : name;
}

std::string show_value(const RunMetric& metric, double value) {
  switch (metric.unit) {
    case MetricUnit::seconds:
      return show(Seconds(value));
    case MetricUnit::per_second:
      return std::abs(value) < 1000 ? fmt::format("{:.3g}/s", value) : fmt::format("{:.0f}/s", value);
    case MetricUnit::share:
      return fmt::format("{:.4g} %", 100 * value);
    case MetricUnit::joules:
      return show(Joules(value));
    case MetricUnit::count:
      return fmt::format("{:.0f}", value);
  }
  return {};
}

}  // namespace ridgeline::explain
