#include "explain/run_labels.h"

#include <fmt/format.h>

#include <cmath>

#include "base/portable_math.h"
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

std::string two_digits(double value, Rounding rounding) {
  if (value == 0 || !std::isfinite(value)) return fmt::format("{:.0f}", value);
  const int decimals = std::max(0, 1 - decade(value));
  const double scale = power_of_ten(decimals), scaled = value * scale;
  // A multiple of the last digit stays one: 100 (1.08 - 1) is 8.000000000000007.
  const double whole = std::round(scaled);
  double digits = whole;
  if (std::abs(scaled - whole) > 1e-9 * std::abs(scaled)) {
    if (rounding == Rounding::down) digits = std::floor(scaled);
    if (rounding == Rounding::up) digits = std::ceil(scaled);
  }
  if (digits == 0) return "0";
  return fmt::format("{:.{}f}", digits / scale, decimals);
}

}  // namespace ridgeline::explain
