#include "report/shift_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/svg_parts.h"

namespace ridgeline::report {

Chart shift_chart(const std::vector<DecileShift>& shift, Table table) {
  Chart chart{"shift", "Shift of the latency, by decile",
              "Each decile of B less that of A, with its interval: above the line B is slower.", "",
              std::move(table)};
  constexpr double top = 16, bottom = 240;
  double low = 0, high = 0;
  for (const DecileShift& s : shift) {
    low = std::min({low, s.seconds.value, s.seconds.low.value_or(low)});
    high = std::max({high, s.seconds.value, s.seconds.high.value_or(high)});
  }
  const double margin = high > low ? 0.06 * (high - low) : 1e-9;
  const ChartAxis x(0, 100, chart_left, chart_right, false),
      y(low - margin, high + margin, bottom, top, false);
  const AxisUnit unit = time_unit(std::max(std::abs(low), high));
  std::string body =
      x_axis(x, top, bottom, 1, "decile of the latency, %") +
      y_axis(y, top, bottom, unit.si, "B - A, " + unit.name) +
      fmt::format("<path class=\"mark\" d=\"M{:g} {:.1f}H{:g}\"/>\n", chart_left, y.at(0), chart_right);
  std::string line;
  for (const DecileShift& s : shift) {
    const double at = x.at(100 * s.quantile), middle = y.at(s.seconds.value);
    line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", at, middle);
    if (s.seconds.low && s.seconds.high)
      body += fmt::format(
          "<path class=\"line\" d=\"M{0:.1f} {1:.1f}V{2:.1f}M{3:.1f} {1:.1f}h8M{3:.1f} {2:.1f}h8\"/>\n", at,
          y.at(*s.seconds.low), y.at(*s.seconds.high), at - 4);
    body += fmt::format("<circle class=\"s0\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n", at, middle);
  }
  chart.svg = chart_svg(chart, bottom + 46, body + fmt::format("<path class=\"line\" d=\"{}\"/>\n", line));
  return chart;
}

}  // namespace ridgeline::report
