#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "ridgeline/versus.h"

namespace ridgeline {
namespace {

using enum LimitSide;

constexpr VersusMetricKind metric_kinds[] = {
    {"throughput", "1/s", at_least, false, "samples or requests a second"},
    {"token_rate", "1/s", at_least, false, "output tokens a second"},
    {"latency", "s", at_most, false, "of a pass, or the mean of a request"},
    {"ttft", "s", at_most, false, "mean time to the first token"},
    {"tpot", "s", at_most, false, "mean time per output token"},
    {"latency.p99", "s", at_most, true, "P99 of the latency, simulated"},
    {"ttft.p99", "s", at_most, true, "P99 of TTFT, simulated"},
    {"rate.sustained", "1/s", at_least, true, "sustained rate, simulated"},
    {"power.mean", "W", at_most, true, "mean power, simulated"},
    {"sustained_per_watt", "1/J", at_least, true, "sustained rate for a watt, simulated"},
    {"cost_per_hour", "USD", at_most, false, "the cost of an hour at work"},
    {"cost_per_million", "USD", at_most, false, "the cost of a million output tokens or samples"},
    {"power", "W", at_most, false, "of all devices"},
    {"energy_per_query", "J", at_most, false, "the energy of a request or sample"},
    {"carbon_per_query", "g", at_most, false, "its emissions"},
    {"per_watt", "1/J", at_least, false, "samples or requests a second and watt"},
};

/// Squares of the logarithms add.
double joint(double first, double second) {
  const double a = portable_log(first), b = portable_log(second);
  return portable_exp(std::sqrt(a * a + b * b));
}

}  // namespace

Economics economics_of(const Mission& m) {
  Economics e;
  const auto read = [&](const char* name, auto unit, auto& into) {
    const auto found = m.terms.find(name);
    if (found == m.terms.end()) return;
    into = Sourced<decltype(unit)>{unit * found->second.value, found->second.provenance, {}};
  };
  read("amortise", 1.0, e.years);
  read("electricity", dollars_per_kwh(1), e.electricity);
  read("utilisation", 1.0, e.utilisation);
  read("pue", 1.0, e.pue);
  read("carbon", 1 / joules_per_kwh, e.carbon_per_joule);
  return e;
}

std::span<const VersusMetricKind> versus_metrics() { return metric_kinds; }

const VersusMetricKind* find_versus_metric(std::string_view name) {
  const auto found = std::find_if(std::begin(metric_kinds), std::end(metric_kinds),
                                  [&](const VersusMetricKind& kind) { return kind.name == name; });
  return found == std::end(metric_kinds) ? nullptr : &*found;
}

VersusRatio ratio_of(LimitSide better, double a, std::optional<std::pair<double, double>> interval_a,
                     double b, std::optional<std::pair<double, double>> interval_b) {
  // Of what more is better B over A, of what less is better A over B.
  if (better == at_most) return ratio_of(at_least, b, interval_b, a, interval_a);
  VersusRatio ratio;
  ratio.value = b / a;
  if (interval_a && interval_b) {
    ratio.interval = {ratio.value / joint(b / interval_b->first, interval_a->second / a),
                      ratio.value * joint(interval_b->second / b, a / interval_a->first)};
  }
  return ratio;
}

std::string_view to_string(VersusOutcome outcome) {
  static constexpr std::array<std::string_view, 5> names{"A", "B", "equal", "cannot tell", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

}  // namespace ridgeline
