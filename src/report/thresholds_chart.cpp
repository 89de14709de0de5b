#include "report/thresholds_chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/mission_parts.h"
#include "report/svg_parts.h"

namespace ridgeline::report {

bool has_margin(const ThresholdReport& t) { return t.value && *t.value > 0 && t.threshold.limit > 0; }

Chart thresholds_chart(const std::vector<ThresholdReport>& thresholds) {
  Chart chart{"thresholds", "Thresholds, in times their limits",
              "An arrow points to the side where a threshold holds; a cross breaks it.", "",
              threshold_table(thresholds)};
  constexpr double row = 40, top = 12;
  double low = 0.5, high = 2, rows = 0;
  for (const ThresholdReport& t : thresholds) {
    if (!has_margin(t)) continue;
    low = std::min(low, *t.value / t.threshold.limit / 1.3);
    high = std::max(high, *t.value / t.threshold.limit * 1.3);
    ++rows;
  }
  const double bottom = top + row * rows;
  const ChartAxis x(low, high, 20, chart_right, true);
  std::string body = x_axis(x, top, bottom, 1, "value over limit");
  body += fmt::format("<path class=\"limit\" d=\"M{0:.1f} {1:g}V{2:g}\"/>\n", x.at(1), top, bottom);
  double y = top;
  for (const ThresholdReport& t : thresholds) {
    if (!has_margin(t)) continue;
    const double at = x.at(*t.value / t.threshold.limit);
    const bool left = t.threshold.kind == MissionLimit::at_most;
    body += fmt::format("<text class=\"mark-text\" x=\"20\" y=\"{:g}\">{} {}: {}</text>\n", y + 15,
                        xml_escaped(t.threshold.phase), xml_escaped(t.threshold.metric),
                        t.holds ? "holds" : "breaks");
    body += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:g}H{:.1f}\"/>\n", t.holds ? "line" : "limit",
                        x.at(1), y + 28, at);
    if (t.holds)
      body += fmt::format("<path class=\"s0\" d=\"M{:.1f} {:g}l{:g} -6v12z\"/>\n", left ? at - 6 : at + 6,
                          y + 28, left ? 9.0 : -9.0);
    else
      body += fmt::format("<path class=\"limit\" d=\"M{:.1f} {:g}l10 10m0 -10l-10 10\"/>\n", at - 5, y + 23);
    y += row;
  }
  chart.svg = chart_svg(chart, bottom + 46, body);
  return chart;
}

}  // namespace ridgeline::report
