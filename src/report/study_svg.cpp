// The front by its first two objectives. Coordinates are pixels; y grows downwards.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.h"
#include "report/study_parts.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr double left = 92, top = 78, plot_width = 640, plot_height = 440;
constexpr double width = left + plot_width + 30, bottom = top + plot_height + 64;

struct Dot {
  double x = 0, y = 0;
  std::size_t style = 0;
  std::string title;
};

AxisUnit unit_of_axis(CriterionUnit unit, double largest) {
  switch (unit) {
    case CriterionUnit::seconds:
      return axis_unit(largest, "s");
    case CriterionUnit::bytes:
      return axis_unit(largest, "B");
    case CriterionUnit::joules:
      return axis_unit(largest, "J");
    case CriterionUnit::watts:
      return axis_unit(largest, "W");
    case CriterionUnit::per_second:
      return {"per second", 1};
    case CriterionUnit::dollars:
      return {"USD", 1};
    case CriterionUnit::share:
      return {"%", 0.01};
    case CriterionUnit::count:
      return {"", 1};
  }
  return {};
}

/// With a margin at both ends; logarithmic where the values span more than a factor of 8.
ChartAxis axis_of(const std::vector<double>& values, double from, double to) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double low = *least, high = *most;
  if (low > 0 && high > 8 * low) return ChartAxis(low / 1.15, high * 1.15, from, to, true);
  const double margin = high > low ? 0.07 * (high - low) : std::max(std::abs(high) * 0.1, 1e-12);
  return ChartAxis(low - margin, high + margin, from, to, false);
}

struct Picture {
  std::vector<Dot> dots;
  std::vector<std::string> devices;  ///< by style; the last may stand for several
  AxisUnit x, y;
};

Picture picture_of(const Study& study, const StudyResult& result) {
  Picture picture;
  const std::size_t mx = study.objectives[0].metric, my = study.objectives[1].metric;
  std::size_t axis = 0;
  while (study.axes[axis].kind != AxisKind::hardware) ++axis;
  double largest_x = 0, largest_y = 0;
  for (const StudyPoint& p : result.front) {
    largest_x = std::max(largest_x, std::abs(*p.metrics[mx]));
    largest_y = std::max(largest_y, std::abs(*p.metrics[my]));
  }
  picture.x = unit_of_axis(study_metrics(study.kind)[mx].unit, largest_x);
  picture.y = unit_of_axis(study_metrics(study.kind)[my].unit, largest_y);
  std::vector<std::string> seen;
  for (const StudyPoint& p : result.front) {
    const auto found = std::find(seen.begin(), seen.end(), p.at[axis]);
    const auto style = static_cast<std::size_t>(found - seen.begin());
    if (found == seen.end()) seen.push_back(p.at[axis]);
    picture.dots.push_back({*p.metrics[mx] / picture.x.si, *p.metrics[my] / picture.y.si,
                            std::min(style, mark_styles.size() - 1),
                            fmt::format("point {}: {}; {} {}, {} {}", p.index, point_text(study, p.at),
                                        metric_name(study, mx), metric_text(study, mx, p.metrics[mx]),
                                        metric_name(study, my), metric_text(study, my, p.metrics[my]))});
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (i < mark_styles.size())
      picture.devices.push_back(seen[i]);
    else
      picture.devices.back() = "others";
  }
  return picture;
}

std::string grid(const ChartAxis& x, const ChartAxis& y) {
  std::string out =
      fmt::format("<rect class=\"frame\" width=\"{:g}\" height=\"{:g}\"/>\n", plot_width, plot_height);
  for (const double tick : x.ticks())
    out += fmt::format(
        "<path class=\"major\" d=\"M{0:.1f} 0V{1:g}\"/><text class=\"tick\" x=\"{0:.1f}\" y=\"{2:g}\" "
        "text-anchor=\"middle\">{3}</text>\n",
        x.at(tick), plot_height, plot_height + 18, tick_text(tick));
  for (const double tick : y.ticks())
    out += fmt::format(
        "<path class=\"major\" d=\"M0 {0:.1f}H{1:g}\"/><text class=\"tick\" x=\"-8\" y=\"{2:.1f}\" "
        "text-anchor=\"end\">{3}</text>\n",
        y.at(tick), plot_width, y.at(tick) + 4, tick_text(tick));
  return out;
}

/// What the front of two objectives dominates lies on one side of these steps.
std::string steps(const Picture& picture, const ChartAxis& x, const ChartAxis& y, bool y_up_is_better) {
  std::vector<Dot> dots = picture.dots;
  std::sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.x < b.x; });
  std::string path;
  double before = 0;
  for (const Dot& dot : dots) {
    const double px = x.at(dot.x), py = y.at(dot.y);
    if (path.empty()) {
      path = fmt::format("M{:.1f} {:.1f}", px, py);
    } else {
      // A step turns on the worse side: at the lower of two heights where up is better.
      const bool rises = py < before;
      const bool along_first = rises == y_up_is_better;
      path += along_first ? fmt::format("H{:.1f}V{:.1f}", px, py) : fmt::format("V{:.1f}H{:.1f}", py, px);
    }
    before = py;
  }
  return fmt::format("<path class=\"equal\" stroke-opacity=\".45\" d=\"{}\"/>\n", path);
}

std::string axis_label(const Study& study, std::size_t objective, const AxisUnit& unit) {
  const StudyObjective& o = study.objectives[objective];
  return xml_escaped(fmt::format("{}{}{} ({} is better)", metric_name(study, o.metric),
                                 unit.name.empty() ? "" : ", ", unit.name,
                                 o.direction == Direction::minimise ? "less" : "more"));
}

std::string legend(const Picture& picture) {
  std::string out;
  double at = left;
  for (std::size_t i = 0; i < picture.devices.size(); ++i) {
    out += fmt::format(
        "<use href=\"#mark{}\" transform=\"translate({:g} 60) scale(1.5)\" fill=\"{}\"/><text class=\"note\" "
        "x=\"{:g}\" y=\"64.5\">{}</text>\n",
        i, at + 5, mark_styles[i].colour, at + 16, xml_escaped(picture.devices[i]));
    at += 38 + 7.4 * static_cast<double>(picture.devices[i].size());
  }
  return out;
}

}  // namespace

Result<std::string> svg(const Study& study, const StudyResult& result) {
  if (study.objectives.size() < 2)
    return bad_input("a picture of the front needs two objectives; the study has one");
  if (result.front.empty())
    return bad_input("a picture of the front needs a point on it; no point keeps to the constraints");
  const Picture picture = picture_of(study, result);
  std::vector<double> xs, ys;
  for (const Dot& dot : picture.dots) {
    xs.push_back(dot.x);
    ys.push_back(dot.y);
  }
  const ChartAxis x = axis_of(xs, 0, plot_width), y = axis_of(ys, plot_height, 0);
  const std::string title = xml_escaped(fmt::format("Pareto front: {}, {} of {} points", models_text(study),
                                                    whole(result.front.size()), whole(result.points)));
  std::string fixed = fixed_text(study);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
      "height=\"{1:g}\" "
      "role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{2}</title>\n{3}{4}"
      "<rect width=\"{0:g}\" height=\"{1:g}\" fill=\"#fff\"/>\n"
      "<text class=\"title\" x=\"{5:g}\" y=\"26\">{2}</text><text class=\"subtitle\" x=\"{5:g}\" "
      "y=\"44\">{6}</text>\n",
      width, bottom, title, svg_style_sheet, svg_marks_defined(), left,
      xml_escaped(calibration_text(study) + (fixed.empty() ? "" : "; " + fixed) +
                  (result.interrupted() ? "; interrupted" : "")));
  out += legend(picture);
  out += fmt::format("<g transform=\"translate({:g} {:g})\">\n", left, top) + grid(x, y);
  if (study.objectives.size() == 2)
    out += steps(picture, x, y, study.objectives[1].direction == Direction::maximise);
  for (const Dot& dot : picture.dots)
    out += fmt::format(
        "<use href=\"#mark{}\" transform=\"translate({:.1f} {:.1f}) scale(1.4)\" "
        "fill=\"{}\"><title>{}</title></use>\n",
        dot.style, x.at(dot.x), y.at(dot.y), mark_styles[dot.style].colour, xml_escaped(dot.title));
  out += fmt::format(
      "<text class=\"axis\" x=\"{:g}\" y=\"{:g}\" text-anchor=\"middle\">{}</text>"
      "<text class=\"axis\" transform=\"translate(-66 {:g}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
      plot_width / 2, plot_height + 46, axis_label(study, 0, picture.x), plot_height / 2,
      axis_label(study, 1, picture.y));
  return out + "</g>\n</svg>\n";
}

}  // namespace ridgeline::report
