#pragma once
// Decode steps by the textbook calibration, many at once: the whole model is one operator, made anew for
// each.

#include <span>
#include <vector>

#include "engine/cost.h"
#include "ridgeline/engine.h"

namespace ridgeline::engine {

class WholeSteps {
 public:
  /// Requires a transformer or a state-space model that decodes. Errors: those of predict().
  static Result<WholeSteps> make(const Model&, const Hardware&, const PrecisionPlan&, const Calibration&,
                                 const Parallelism&);
  /// As DecodeSweep::latencies(). NaN where the context is beyond what the model takes.
  void latencies(std::span<const double> batch, std::span<const double> context,
                 std::span<double> seconds) const;

 private:
  Model model_;
  ParameterCount parameters_;
  PrecisionPlan plan_;
  Parallelism parallelism_;
  Calibration calibration_;
  Rates rates_;
};

}  // namespace ridgeline::engine
