#pragma once
// A mission's last phase as one serving point or one pass, and the figures that may decide there.

#include "mission/play.h"
#include "ridgeline/versus.h"

namespace ridgeline::versus {

/// The phase that is audited.
inline const MissionPhase& decisive(const Mission& m) { return m.phases.back(); }

struct Point {
  mission::Deployment deployment;  ///< points into the data
  Evaluation evaluation;
  Profile pass;
  std::optional<Profile> prompt;
};
/// Errors: those of predict() and evaluate(); infeasible where it does not fit.
Result<Point> point_of(const VersusSide&, const MissionData&);

/// The value of a metric there. Simulates for those of simulations.
Result<VersusFigure> figure_of(const VersusMetricKind&, const VersusSide&, const Point&);
/// As the evaluation calls it, or by the kind's meaning.
std::string what_of(const VersusMetricKind&, const Evaluation&);

/// The same device where every time is `factor` times as long.
struct SlowedDevice {
  Hardware hardware;
  Calibration calibration;
};
SlowedDevice slowed(const Hardware&, const Calibration&, double factor);

}  // namespace ridgeline::versus
