#pragma once
// The figures that thresholds may speak of.

#include "ridgeline/mission.h"

namespace ridgeline::mission {

/// A way to write a metric's limit: 1000 "ms" are one SI unit.
struct MetricUnit {
  std::string name;
  double per_si = 1;
};
/// Empty where no metric has this name.
std::vector<MetricUnit> units_of(std::string_view metric);

/// What only the mission knows of a run.
struct MetricInputs {
  std::optional<double> accuracy;  ///< share
  std::optional<Hertz> saturated;  ///< samples a second of the same deployment, always fully loaded
};
std::vector<MissionMetric> measure(const Run&, const Summary&, const MetricInputs&);

}  // namespace ridgeline::mission
