#pragma once
// The latency of a setup as predict() gives it, in two halves that can be kept: operators, and what they
// cost.

#include <vector>

#include "engine/cost.h"
#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// The operators of a pass, and what its memory has to hold.
struct LoweredStep {
  std::vector<Op> ops;  ///< their names may dangle: the model that they were lowered from is not kept
  Bytes weights{}, need{};
  engine::PassCounts counts;
};
/// The errors of predict() that do not depend on the device.
Result<LoweredStep> lower_step(const Setup&);

struct StepPoint {
  Seconds latency{};
  Regime regime = Regime::compute_bound;
  bool fits = true;
};
StepPoint cost_step(const LoweredStep&, const engine::DeviceView&, const Calibration&);
/// Equal to predict(): latency, regime and footprint.fits(), bit for bit.
Result<StepPoint> solve(const Setup&);

}  // namespace ridgeline::explain
