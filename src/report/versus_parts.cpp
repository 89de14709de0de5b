#include "report/versus_parts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/format.h"

namespace ridgeline::report {
namespace {

std::string shown_unit(const VersusMetricKind& kind) {
  return kind.unit == "1/s" ? "/s" : kind.unit == "1/J" ? "/s/W" : std::string(kind.unit);
}

/// Rates and money keep their unit.
bool has_prefix(const VersusMetricKind& kind) {
  return kind.unit != "USD" && kind.unit != "1/s" && kind.unit != "1/J";
}

std::string three_digits(double value) {
  return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

/// Whole beyond a thousand.
std::string input_text(double value, const std::string& unit) {
  const std::string number = value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.5g}", value);
  return unit.empty() ? number : number + " " + unit;
}

}  // namespace

std::string metric_text(const VersusMetricKind& kind, double value) {
  return has_prefix(kind) ? si(value, kind.unit) : three_digits(value) + " " + shown_unit(kind);
}

std::string figure_text(const VersusMetricKind& kind, const VersusFigure& figure) {
  if (!figure.value) return "unknown";
  const std::string bound = figure.upper_bound ? "≤ " : "";
  if (!figure.interval) return bound + metric_text(kind, *figure.value);
  const auto [low, high] = *figure.interval;
  if (has_prefix(kind)) return bound + with_interval(Estimate{*figure.value, low, high}, kind.unit);
  return fmt::format("{}{} [{}, {}]", bound, metric_text(kind, *figure.value), three_digits(low),
                     three_digits(high));
}

std::string ratio_text(const VersusRatio& ratio) {
  if (!ratio.interval) return fmt::format("{:.3g}", ratio.value);
  return fmt::format("{:.3g} [{:.3g}, {:.3g}]", ratio.value, ratio.interval->first, ratio.interval->second);
}

std::string bound_text(Regime regime) {
  const std::string text = to_lower(to_string(regime));
  return text.substr(0, text.find(' '));
}

std::string break_even_text(const BreakEven& b, const std::array<std::string, 2>& names) {
  std::string input = b.input;
  for (std::size_t s = 0; s < 2; ++s) {
    if (b.input == fmt::format("price of {}", side_names[s])) input = "price of " + names[s];
  }
  if (!b.why_not.empty()) return fmt::format("{}: not looked for, {}", input, b.why_not);
  const std::string now = input_text(*b.now, "");
  if (!b.turns) {
    return fmt::format("{}: none in range {} to {} (now {}){}", input, input_text(b.tried_from, ""),
                       input_text(b.tried_to, b.unit), now, b.ends.empty() ? "" : "; beyond: " + b.ends);
  }
  const auto ahead = [&](double ratio) {
    return ratio > 1 ? names[1] + " is" : ratio < 1 ? names[0] + " is" : std::string("neither is");
  };
  return fmt::format("{}: {} ahead at {}, {} at {} (now {})", input, ahead(*b.ratio_turns),
                     input_text(*b.turns, b.unit), ahead(*b.ratio_keeps), input_text(*b.keeps, ""), now);
}

std::string system_text(const VersusSystem& s) {
  return fmt::format("{}{} in {}", s.devices > 1 ? fmt::format("{} x ", s.devices) : "", s.name, s.precision);
}

std::optional<std::size_t> higher_peak(const Versus& v) {
  const double a = v.systems[0].compute.peak * v.systems[0].devices,
               b = v.systems[1].compute.peak * v.systems[1].devices;
  if (a == b) return std::nullopt;
  return a > b ? 0 : 1;
}

}  // namespace ridgeline::report
