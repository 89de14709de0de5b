#pragma once
// A mission's last phase as one serving point or one pass, and the figures that may decide there.

#include "mission/play.h"
#include "ridgeline/versus.h"

namespace ridgeline::versus {

/// The phase that is audited.
inline const MissionPhase& decisive(const Mission& m) { return m.phases.back(); }

/// What the phase's work is, predicted: a serving point, or one pass.
struct Work {
  std::optional<ServingPoint> point;
  std::optional<ServingPrediction> serving;  ///< of the point
  Profile pass;                              ///< without a point
};
/// Errors: those of predict(); infeasible where it does not fit.
Result<Work> work_of(const Mission&, const mission::Deployment&);
Result<Evaluation> evaluation_of(const Work&, const mission::Deployment&, const Economics&);

struct Point {
  mission::Deployment deployment;  ///< points into the data
  Evaluation evaluation;
  Profile pass;
  std::optional<Profile> prompt;
  double prompt_share = 0;            ///< of the time, spent on prompts
  std::vector<MissionMetric> played;  ///< of the phase, once it was simulated
};
/// Errors: those of predict() and evaluate(); infeasible where it does not fit.
Result<Point> point_of(const VersusSide&, const MissionData&);
/// The same of a deployment at hand.
Result<Point> point_with(const VersusSide&, const mission::Deployment&);

/// The value of a metric there. Simulates for those of simulations, but for what was played.
Result<VersusFigure> figure_of(const VersusMetricKind&, const VersusSide&, const Point&);
/// The value alone, without an interval.
Result<std::optional<double>> value_of(const VersusMetricKind&, const VersusSide&, const Point&);
/// Of a metric that is not simulated.
VersusFigure evaluated_figure(const VersusMetricKind&, const Evaluation&);
/// Of one that is, and the largest batch that the run started (0: not known).
struct Simulated {
  std::optional<double> value;
  std::uint32_t largest_batch = 0;
};
Result<Simulated> simulated(const VersusMetricKind&, const Mission&, const mission::Deployment&);
/// As the evaluation calls it, or by the kind's meaning.
std::string what_of(const VersusMetricKind&, const Evaluation&);

/// How many times as long what each resource does takes.
struct Slowdown {
  double compute = 1, memory = 1, network = 1, overhead = 1;
  static Slowdown all(double factor) { return {factor, factor, factor, factor}; }
};
/// The same device, slower.
struct SlowedDevice {
  Hardware hardware;
  Calibration calibration;
};
SlowedDevice slowed(const Hardware&, const Calibration&, const Slowdown&);

}  // namespace ridgeline::versus
