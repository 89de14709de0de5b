#pragma once
// A picture for a page, and what it needs of axes. Coordinates are pixels; y grows downwards.

#include <string>
#include <string_view>
#include <vector>

#include "report/table.h"

namespace ridgeline::report {

/// A picture with its twin in figures.
struct Chart {
  std::string id;              ///< of the element and of downloaded files: "histogram-linear"
  std::string title, caption;  ///< plain text
  std::string svg;             ///< coloured by the classes of chart_style
  Table table;
};

/// Where the values of one axis lie, and where its figures stand.
class ChartAxis {
 public:
  /// Requires low < high, and low > 0 where it is logarithmic.
  ChartAxis(double low, double high, double from, double to, bool logarithmic);
  double at(double value) const;  ///< in pixels; values outside are at the nearer end
  double low() const { return low_; }
  double high() const { return high_; }
  bool holds(double value) const { return value >= low_ && value <= high_; }
  /// About six: 1, 2 and 5 times powers of ten, only the powers where there are many.
  std::vector<double> ticks() const;

 private:
  double low_, high_, from_, to_;
  bool logarithmic_;
};

/// The least of 1, 2 or 5 times a power of ten that is at least `value`. Requires value > 0.
double step_above(double value);

/// A unit that suits the largest of some values: "ms" and 1e-3.
struct AxisUnit {
  std::string name;
  double si = 1;
};
AxisUnit axis_unit(double largest, std::string_view unit);
AxisUnit time_unit(double largest_seconds);  ///< no kiloseconds

inline constexpr double chart_width = 480, chart_left = 58, chart_right = 466;

/// <svg> around a body, with a title for readers who do not see it.
std::string chart_svg(const Chart&, double height, const std::string& body);
/// Lines and figures of a horizontal or vertical axis, values divided by `unit`.
std::string x_axis(const ChartAxis&, double top, double bottom, double unit, const std::string& label);
std::string y_axis(const ChartAxis&, double top, double bottom, double unit, const std::string& label);

/// Colours and letters of all charts, which also go into each one that is downloaded.
extern const char* const chart_style;

}  // namespace ridgeline::report
