#include "report/versus_parts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/format.h"

namespace ridgeline::report {
namespace {

std::string input_text(double value, const std::string& unit) {
  const std::string number = value >= 1000 ? plain(value) : fmt::format("{:.4g}", value);
  return unit.empty() ? number : number + " " + unit;
}

}  // namespace

std::string metric_text(const VersusMetricKind& kind, double value) {
  if (kind.unit == "USD") return fmt::format("{} USD", plain(value));
  if (kind.unit == "1/s") return plain(value) + " /s";
  if (kind.unit == "1/J") return plain(value) + " /s/W";
  return si(value, kind.unit);
}

std::string figure_text(const VersusMetricKind& kind, const VersusFigure& figure) {
  if (!figure.value) return "unknown";
  std::string text = (figure.upper_bound ? "at most " : "") + metric_text(kind, *figure.value);
  if (figure.interval)
    text += fmt::format(" [{}, {}]", metric_text(kind, figure.interval->first),
                        metric_text(kind, figure.interval->second));
  return text;
}

std::string ratio_text(const VersusRatio& ratio) {
  if (!ratio.interval) return fmt::format("{:.3g}", ratio.value);
  return fmt::format("{:.3g} [{:.3g}, {:.3g}]", ratio.value, ratio.interval->first, ratio.interval->second);
}

std::string bound_text(Regime regime) {
  const std::string text = to_lower(to_string(regime));
  return text.substr(0, text.find(' '));
}

std::string break_even_text(const BreakEven& b) {
  const auto show = [&](double value) { return input_text(value, b.unit); };
  if (!b.why_not.empty()) return fmt::format("{}: not looked for, {}", b.input, b.why_not);
  if (!b.turns) {
    return fmt::format("{}: none in range {} to {} (now {}){}", b.input, input_text(b.tried_from, ""),
                       show(b.tried_to), input_text(*b.now, ""), b.ends.empty() ? "" : "; beyond: " + b.ends);
  }
  return fmt::format("{}: {} is better at {} (now {}): {:.4g} times as good there, {:.4g} at {}", b.input,
                     *b.ratio_turns > 1   ? "B"
                     : *b.ratio_turns < 1 ? "A"
                                          : "neither",
                     show(*b.turns), input_text(*b.now, ""),
                     *b.ratio_turns >= 1 ? *b.ratio_turns : 1 / *b.ratio_turns,
                     *b.ratio_turns >= 1 ? *b.ratio_keeps : 1 / *b.ratio_keeps, input_text(*b.keeps, ""));
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
