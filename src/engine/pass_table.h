#pragma once
// One deployment's passes, shape after shape: what they have in common is worked out once.

#include <vector>

#include "engine/cost.h"

namespace ridgeline::engine {

class PassTable {
 public:
  /// Errors: a parallelism that the model cannot have, a precision or network that the device lacks. Model
  /// and calibration must outlive the table.
  static Result<PassTable> make(const Model&, const Hardware&, const PrecisionPlan&, const Parallelism&,
                                const Calibration&);
  struct Pass {
    double latency = 0, mfu = 0;
    Footprint held;  ///< where it does not fit there are no times
  };
  /// Bit for bit what predict() says. Errors: shapes that the model cannot have.
  Result<Pass> of(const SequenceGroup&);

 private:
  PassTable(const Model& model, const PrecisionPlan& plan, const Parallelism& spread, const Calibration& c)
      : model_(&model), plan_(plan), spread_(spread), calibration_(&c) {}

  const Model* model_;
  PrecisionPlan plan_;
  Parallelism spread_;
  const Calibration* calibration_;
  DeviceView device_;
  Bytes weights_{};
  Rates rates_;
  std::vector<Op> ops_;
};

}  // namespace ridgeline::engine
