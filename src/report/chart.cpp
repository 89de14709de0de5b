#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "base/text.h"
#include "report/svg_parts.h"

namespace ridgeline::report {

const char* const chart_style =
    R"css(
:root{--paper:#fff;--ink:#222;--soft:#555;--grid:#ddd;--bar:#0072b2;--line:#0072b2;--mark:#222;--limit:#b34700;--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#cc79a7;--s4:#e69f00;--s5:#56b4e9;--none:#888}
svg text{font:13px system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:var(--ink)}
svg .tick,svg .axis{fill:var(--soft)}
svg .paper{fill:var(--paper)}
svg .grid{stroke:var(--grid);fill:none}
svg .bar{fill:var(--bar)}
svg .line{stroke:var(--line);stroke-width:2;fill:none}
svg .mark{stroke:var(--mark);stroke-dasharray:3 3;fill:none}
svg .mark-text{paint-order:stroke;stroke:var(--paper);stroke-width:6px;stroke-linejoin:round}
svg .limit{stroke:var(--limit);stroke-width:2;fill:none}
svg .limit-text{fill:var(--limit);paint-order:stroke;stroke:var(--paper);stroke-width:6px;stroke-linejoin:round}
svg .group{font-weight:600}
svg .s0,svg .k-memory{fill:var(--s0)}
svg .s1,svg .k-more{fill:var(--s1)}
svg .s2,svg .k-compute,svg .k-less{fill:var(--s2)}
svg .s3,svg .k-network{fill:var(--s3)}
svg .s4,svg .k-overhead{fill:var(--s4)}
svg .s5{fill:var(--s5)}
svg .k-others{fill:var(--none)}
svg .k-total{fill:var(--ink)}
svg .roof{stroke-width:2;fill:none}
svg .step{stroke:var(--soft);stroke-opacity:.6;fill:none}
svg .l0{stroke:var(--s0)}
svg .l1{stroke:var(--s1)}
)css";

ChartAxis::ChartAxis(double low, double high, double from, double to, bool logarithmic)
    : low_(low), high_(high), from_(from), to_(to), logarithmic_(logarithmic) {}

double ChartAxis::at(double value) const {
  const double inside = std::clamp(value, low_, high_);
  const double share = logarithmic_ ? portable_log(inside / low_) / portable_log(high_ / low_)
                                    : (inside - low_) / (high_ - low_);
  return from_ + share * (to_ - from_);
}

std::vector<double> ChartAxis::ticks() const {
  std::vector<double> ticks;
  if (logarithmic_ && high_ >= 8 * low_) {
    const int first = decade(low_), last = decade(high_);
    const int every = std::max(1, (last - first + 5) / 6);  // decades
    for (int power = first; power <= last; ++power) {
      for (const double step : {1.0, 2.0, 5.0}) {
        if (step > 1 && high_ > 500 * low_) continue;
        if ((power - first) % every == 0 && holds(step * power_of_ten(power)))
          ticks.push_back(step * power_of_ten(power));
      }
    }
    if (ticks.size() > 1) return ticks;
    ticks.clear();
  }
  const double rough = (high_ - low_) / 6, power = power_of_ten(decade(rough)), leading = rough / power;
  const double step = power * (leading < 1.5 ? 1 : leading < 3.5 ? 2 : leading < 7.5 ? 5 : 10);
  for (double n = std::ceil(low_ / step); n * step <= high_ * (1 + 1e-12); ++n)
    ticks.push_back(n * step + 0.0);  // never -0
  return ticks;
}

double step_above(double value) {
  const double power = power_of_ten(decade(value));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= value * (1 - 1e-12)) return step * power;
  }
  return 10 * power;
}

AxisUnit axis_unit(double largest, std::string_view unit) {
  const double scale = power_of_ten(3 * si_step(largest));
  const std::string one = si(scale, unit);
  return {one.substr(one.find(' ') + 1), scale};
}
AxisUnit time_unit(double largest_seconds) { return axis_unit(std::min(largest_seconds, 1.0), "s"); }

std::string chart_svg(const Chart& chart, double height, const std::string& body) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" role=\"img\" "
      "aria-labelledby=\"{2}-title\"><title id=\"{2}-title\">{3}</title>"
      "<rect class=\"paper\" width=\"{0:g}\" height=\"{1:g}\"/>\n{4}</svg>\n",
      chart_width, height, chart.id, xml_escaped(chart.title), body);
}

std::string x_axis(const ChartAxis& axis, double top, double bottom, double unit, const std::string& label) {
  std::string out;
  for (const double tick : axis.ticks()) {
    out += fmt::format(
        "<path class=\"grid\" d=\"M{0:.1f} {1:g}V{2:g}\"/><text class=\"tick\" x=\"{0:.1f}\" y=\"{3:g}\" "
        "text-anchor=\"middle\">{4:.6g}</text>\n",
        axis.at(tick), top, bottom, bottom + 17, tick / unit);
  }
  return out + fmt::format("<text class=\"axis\" x=\"{:g}\" y=\"{:g}\" text-anchor=\"middle\">{}</text>\n",
                           (chart_left + chart_right) / 2, bottom + 36, xml_escaped(label));
}

std::string y_axis(const ChartAxis& axis, double top, double bottom, double unit, const std::string& label) {
  std::string out;
  for (const double tick : axis.ticks()) {
    out += fmt::format(
        "<path class=\"grid\" d=\"M{0:g} {1:.1f}H{2:g}\"/><text class=\"tick\" x=\"{3:g}\" y=\"{4:.1f}\" "
        "text-anchor=\"end\">{5}</text>\n",
        chart_left, axis.at(tick), chart_right, chart_left - 6, axis.at(tick) + 4, tick_text(tick / unit));
  }
  return out + fmt::format(
                   "<text class=\"axis\" transform=\"translate(12 {:g}) rotate(-90)\" "
                   "text-anchor=\"middle\">{}</text>\n",
                   (top + bottom) / 2, xml_escaped(label));
}

}  // namespace ridgeline::report
