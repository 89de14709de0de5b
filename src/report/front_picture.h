#pragma once
// A study's front by its first two objectives, for pictures of any size.

#include <string>
#include <vector>

#include "report/chart.h"
#include "ridgeline/study.h"

namespace ridgeline::report {

struct FrontDot {
  double x = 0, y = 0;    ///< in the units of the axes
  std::size_t style = 0;  ///< in mark_styles
  std::string title;
};

struct FrontPicture {
  std::vector<FrontDot> dots;
  std::vector<std::string> devices;  ///< by style; the last may stand for several
  AxisUnit x, y;
  std::string x_label, y_label;    ///< plain text
  std::string x_better, y_better;  ///< "more is better"

  ChartAxis x_axis(double from, double to) const;
  ChartAxis y_axis(double from, double to) const;
  /// What the front dominates lies on one side of these steps; of a front of two objectives.
  std::string steps(const Study&, const ChartAxis& x, const ChartAxis& y) const;
};

/// Requires two objectives and a point on the front.
FrontPicture front_picture(const Study&, const StudyResult&);

}  // namespace ridgeline::report
