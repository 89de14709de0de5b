#pragma once
// Operators where their FLOPs a byte put them, under what the datasheet allows. Both axes logarithmic.

#include <string>
#include <vector>

#include "report/chart.h"
#include "ridgeline/engine.h"

namespace ridgeline::report {

struct RooflineMark {
  std::string name;
  double flops = 0, bytes = 0;
  double attained = 0;  ///< FLOP/s
  double share = 0;     ///< of the time
  std::string bound;    ///< "compute", "memory", "network"
  /// What moves no bytes or does no products has no place on the plane; the table has it.
  bool placed() const { return flops > 0 && bytes > 0 && attained > 0; }
};

/// One device.
struct RooflinePlot {
  std::string name;                ///< for the key, where there are two
  double peak = 0, bandwidth = 0;  ///< FLOP/s, B/s; above 0
  std::vector<RooflineMark> marks;
};

RooflinePlot roofline_plot(const Profile&, const std::string& name);

/// One or two devices. Nothing of them may be NaN.
Chart roofline_chart(const std::vector<RooflinePlot>&, const std::string& id, const std::string& title);

}  // namespace ridgeline::report
