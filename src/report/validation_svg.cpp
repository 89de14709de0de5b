// Predicted against measured, as a picture. Coordinates are pixels; y grows downwards.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "report/format.h"
#include "report/svg_parts.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

constexpr double panel_size = 420, panel_top = 92, first_left = 84, panel_gap = 116;
constexpr double svg_width = first_left + 2 * panel_size + panel_gap + 28,
                 svg_height = panel_top + panel_size + 112;

std::string last_of_path(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

struct MeasuredDot {
  double measured, predicted;  ///< in milliseconds
};
/// By stack, in order of name.
using Series = std::map<std::string, std::vector<MeasuredDot>>;

using Time = std::optional<Seconds> MeasuredPoint::*;
using PredictedTime = Seconds ValidatedPoint::*;

Series series_of(const Validation& v, Time measured, PredictedTime predicted) {
  Series series;
  for (const ValidatedPoint& p : v.points) {
    const MeasuredPoint& m = v.table.points[p.row];
    if (!p.suspect.empty() || !p.error.empty() || !(m.*measured) || (p.*predicted).value() <= 0) continue;
    series[m.stack].push_back({(*(m.*measured)).value() * 1e3, (p.*predicted).value() * 1e3});
  }
  return series;
}

/// Whole 1-2-5 steps around the values.
struct Range {
  double low = 1, high = 10;
};
double step_below(double value) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {5.0, 2.0}) {
    if (value >= step * decade) return step * decade;
  }
  return decade;
}
Range range_of(const Series& series) {
  double low = 1e300, high = 0;
  for (const auto& [stack, dots] : series) {
    for (const MeasuredDot& dot : dots) {
      low = std::min({low, dot.measured, dot.predicted});
      high = std::max({high, dot.measured, dot.predicted});
    }
  }
  if (high <= 0) return {};
  const double below = step_below(high);
  const double leading = below / std::pow(10, std::floor(std::log10(below)));
  return {step_below(low), below * (leading > 1.5 && leading < 3 ? 2.5 : 2)};
}

class Panel {
 public:
  Panel(double left, std::string name, Series series)
      : left_(left), name_(std::move(name)), series_(std::move(series)), range_(range_of(series_)) {}

  std::string draw(const ErrorSummary& errors, const std::vector<std::string>& stacks) const {
    std::string out = fmt::format("<g transform=\"translate({:g} {:g})\">\n", left_, panel_top);
    out += fmt::format("<text class=\"panel\" y=\"-12\">{}", name_);
    if (errors.rows == 0) {
      out += ": no rows</text>\n";
    } else {
      out += fmt::format(
          "<tspan class=\"note\" dx=\"10\">{} rows, mean error {}, median {}, bias {}</tspan></text>\n",
          errors.rows, percent(errors.mape / 100), percent(errors.median / 100),
          signed_percent(errors.bias / 100));
    }
    out += frame() + grid() + guides() + labels();
    for (const auto& [stack, dots] : series_) out += marks(stack, dots, stacks);
    return out + "</g>\n";
  }

 private:
  double along(double value) const {
    return std::log(value / range_.low) / std::log(range_.high / range_.low) * panel_size;
  }
  double x(double value) const { return along(value); }
  double y(double value) const { return panel_size - along(value); }
  double clamped(double value) const { return std::clamp(value, range_.low, range_.high); }

  static std::string frame() {
    return fmt::format("<rect class=\"frame\" width=\"{0:g}\" height=\"{0:g}\"/>\n", panel_size);
  }

  /// Lines at 1, 2 and 5 of each decade; figures at all of them where they fit, else at the decades.
  std::string grid() const {
    std::string out;
    const bool figures_everywhere = range_.high / range_.low < 1100;
    for (double decade = std::pow(10, std::floor(std::log10(range_.low))); decade <= range_.high;
         decade *= 10) {
      for (const double step : {1.0, 2.0, 5.0}) {
        const double value = step * decade;
        if (value < range_.low * 0.999 || value > range_.high * 1.001) continue;
        out += fmt::format("<path class=\"{0}\" d=\"M{1:.1f} 0V{2:g}M0 {3:.1f}H{2:g}\"/>",
                           step == 1 ? "major" : "minor", x(value), panel_size, y(value));
        if (step != 1 && !figures_everywhere) continue;
        out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:g}\" text-anchor=\"middle\">{}</text>",
                           x(value), panel_size + 18, tick_text(value));
        out += fmt::format("<text class=\"tick\" x=\"-8\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                           y(value) + 4, tick_text(value));
      }
    }
    return out;
  }

  /// Where predictions are right, and the band of 20 % around.
  std::string guides() const {
    const auto& [low, high] = range_;
    std::string band = "M";
    const std::array<std::pair<double, double>, 6> corners{{{low, low * 1.2},
                                                            {high / 1.2, high},
                                                            {high, high},
                                                            {high, high * 0.8},
                                                            {low / 0.8, low},
                                                            {low, low}}};
    for (const auto& [measured, predicted] : corners) {
      band += fmt::format("{}{:.1f} {:.1f}", band.size() == 1 ? "" : "L", x(clamped(measured)),
                          y(clamped(predicted)));
    }
    return fmt::format("<path class=\"band\" d=\"{}Z\"/><path class=\"equal\" d=\"M0 {:g}L{:g} 0\"/>\n", band,
                       panel_size, panel_size);
  }

  std::string labels() const {
    return fmt::format(
        "<text class=\"axis\" x=\"{0:g}\" y=\"{1:g}\" text-anchor=\"middle\">measured {2}, ms</text>"
        "<text class=\"axis\" transform=\"translate(-56 {0:g}) rotate(-90)\" "
        "text-anchor=\"middle\">predicted {2}, "
        "ms</text>\n",
        panel_size / 2, panel_size + 42, name_);
  }

  std::string marks(const std::string& stack, const std::vector<MeasuredDot>& dots,
                    const std::vector<std::string>& stacks) const {
    const auto index =
        static_cast<std::size_t>(std::find(stacks.begin(), stacks.end(), stack) - stacks.begin());
    const std::size_t style = index % mark_styles.size();
    std::string out = fmt::format("<g fill=\"{}\" fill-opacity=\"0.45\">\n", mark_styles[style].colour);
    for (const MeasuredDot& dot : dots) {
      out += fmt::format("<use href=\"#mark{}\" x=\"{:.1f}\" y=\"{:.1f}\"/>\n", style, x(dot.measured),
                         y(dot.predicted));
    }
    return out + "</g>\n";
  }

  double left_;
  std::string name_;
  Series series_;
  Range range_;
};

std::vector<std::string> stacks_of(const Series& a, const Series& b) {
  std::vector<std::string> stacks;
  for (const Series* series : {&a, &b}) {
    for (const auto& [stack, dots] : *series) {
      if (std::find(stacks.begin(), stacks.end(), stack) == stacks.end()) stacks.push_back(stack);
    }
  }
  std::sort(stacks.begin(), stacks.end());
  return stacks;
}

std::string legend(const std::vector<std::string>& stacks) {
  std::string out;
  double left = first_left;
  const double y = panel_top + panel_size + 78;
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const std::string name = stacks[i].empty() ? "stack not given" : stacks[i];
    out += fmt::format(
        "<use href=\"#mark{0}\" transform=\"translate({1:g} {2:g}) scale(1.5)\" fill=\"{3}\"/>"
        "<text class=\"axis\" x=\"{4:g}\" y=\"{5:g}\">{6}</text>\n",
        i % mark_styles.size(), left, y, mark_styles[i % mark_styles.size()].colour, left + 12, y + 4.5,
        xml_escaped(name));
    left += 40 + 8.0 * static_cast<double>(name.size());
  }
  out += fmt::format(
      "<rect class=\"band\" x=\"{0:g}\" y=\"{1:g}\" width=\"26\" height=\"14\"/>"
      "<path class=\"equal\" d=\"M{0:g} {2:g}h26\"/><text class=\"axis\" x=\"{3:g}\" y=\"{4:g}\">predicted = "
      "measured, "
      "and ±20 %</text>\n",
      left, y - 7, y, left + 34, y + 4.5);
  return out;
}

}  // namespace

std::string svg(const Validation& v) {
  const Series tpot = series_of(v, &MeasuredPoint::tpot, &ValidatedPoint::predicted_tpot);
  const Series ttft = series_of(v, &MeasuredPoint::ttft, &ValidatedPoint::predicted_ttft);
  const std::vector<std::string> stacks = stacks_of(tpot, ttft);
  const auto suspects = std::count_if(v.points.begin(), v.points.end(),
                                      [](const ValidatedPoint& p) { return !p.suspect.empty(); });
  const std::string title = "Predicted against measured: " + xml_escaped(last_of_path(v.table.path));
  const std::string subtitle = fmt::format(
      "{}{} rows; {} that beat the roofline are not shown",
      v.cross_validated ? "each by a fit that had not seen its group; " : "", v.points.size(), suspects);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
      "height=\"{1:g}\" "
      "role=\"img\" aria-labelledby=\"title description\">\n<title id=\"title\">{2}</title>\n"
      "<desc id=\"description\">Two plots on logarithmic axes. TPOT: {3} rows, mean error {4:.3g} %. TTFT: "
      "{5} rows, "
      "mean error {6:.3g} %.</desc>\n",
      svg_width, svg_height, title, v.tpot.rows, v.tpot.mape, v.ttft.rows, v.ttft.mape);
  out += svg_style_sheet;
  out += svg_marks_defined();
  out += fmt::format("<rect width=\"{:g}\" height=\"{:g}\" fill=\"#fff\"/>\n", svg_width, svg_height);
  out += fmt::format(
      "<text class=\"title\" x=\"{0:g}\" y=\"30\">{1}</text><text class=\"subtitle\" x=\"{0:g}\" "
      "y=\"51\">{2}</text>\n",
      first_left, title, subtitle);
  out += Panel(first_left, "TPOT", tpot).draw(v.tpot, stacks);
  out += Panel(first_left + panel_size + panel_gap, "TTFT", ttft).draw(v.ttft, stacks);
  return out + legend(stacks) + "</svg>\n";
}

}  // namespace ridgeline::report
