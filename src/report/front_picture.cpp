#include "report/front_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/study_parts.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

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
ChartAxis axis_of(const std::vector<FrontDot>& dots, double FrontDot::* value, double from, double to) {
  double low = dots.front().*value, high = low;
  for (const FrontDot& dot : dots) {
    low = std::min(low, dot.*value);
    high = std::max(high, dot.*value);
  }
  if (low > 0 && high > 8 * low) return ChartAxis(low / 1.15, high * 1.15, from, to, true);
  const double margin = high > low ? 0.07 * (high - low) : std::max(std::abs(high) * 0.1, 1e-12);
  return ChartAxis(low - margin, high + margin, from, to, false);
}

std::string axis_label(const Study& study, const StudyObjective& o, const AxisUnit& unit) {
  return fmt::format("{}{}{}", metric_name(study, o.metric), unit.name.empty() ? "" : ", ", unit.name);
}
std::string what_is_better(const StudyObjective& o) {
  return o.direction == Direction::minimise ? "less is better" : "more is better";
}

}  // namespace

ChartAxis FrontPicture::x_axis(double from, double to) const { return axis_of(dots, &FrontDot::x, from, to); }
ChartAxis FrontPicture::y_axis(double from, double to) const { return axis_of(dots, &FrontDot::y, from, to); }

FrontPicture front_picture(const Study& study, const StudyResult& result) {
  FrontPicture picture;
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
  picture.x_label = axis_label(study, study.objectives[0], picture.x);
  picture.y_label = axis_label(study, study.objectives[1], picture.y);
  picture.x_better = what_is_better(study.objectives[0]);
  picture.y_better = what_is_better(study.objectives[1]);
  return picture;
}

std::string FrontPicture::steps(const Study& study, const ChartAxis& x, const ChartAxis& y) const {
  const bool y_up_is_better = study.objectives[1].direction == Direction::maximise;
  std::vector<FrontDot> sorted = dots;
  std::sort(sorted.begin(), sorted.end(), [](const FrontDot& a, const FrontDot& b) { return a.x < b.x; });
  std::string path;
  double before = 0;
  for (const FrontDot& dot : sorted) {
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
  return path;
}

}  // namespace ridgeline::report
