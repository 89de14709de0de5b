#pragma once
// What is evaluated, whether it is one pass or a serving point: the figures that limits may be set on.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ridgeline/evaluation.h"

namespace ridgeline::evaluation {

struct Figure {
  std::string metric;
  std::optional<double> value;
  std::optional<std::pair<double, double>> interval;
};

struct Work {
  std::string model, description, query, unit;
  unsigned devices = 1;
  EvaluationStatus feasible = EvaluationStatus::pass;
  std::string feasibility;                                 ///< one sentence
  std::optional<Footprint> footprint;                      ///< of one device
  std::vector<Figure> performance;                         ///< as they are shown
  std::optional<Hertz> queries, units;                     ///< per second, all devices
  std::optional<std::pair<double, double>> relative_time;  ///< 90 % interval of the time over the time
  std::vector<std::string> assumed;                        ///< inputs of the prediction
  std::vector<std::string> notes;
  std::vector<Input> inputs;
};

Work work_of(const Profile&);
Work work_of(const ServingPoint&, const ServingPrediction&);
/// Of which only that is known.
Work does_not_fit(const Model&, const ServingPoint&, std::string reason);

Result<Evaluation> evaluate(const Work&, const Hardware&, const EvaluationTerms&);
/// What energy, carbon and the cost of electricity rest on.
std::string power_note(const DeviceRates&);

}  // namespace ridgeline::evaluation
