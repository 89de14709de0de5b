#pragma once
// A deployment that forms static batches, as `simulate` and pipelines run it.

#include "disturbance_flags.h"
#include "options.h"
#include "ridgeline/max_rate.h"

namespace ridgeline::cli {

/// What batches are timed for and how many workers share them.
struct StaticBatches {
  BatchingPolicy batching;
  RequestShape shape;
  std::uint32_t replicas = 1;
  Disturbance disturbance;
};

/// Lengths that batches are timed at where requests bring none of their own: the flags', or the mean of those
/// that are drawn.
Result<RequestShape> shape_of(const Context&, const ScenarioFlags&, const Model&);

/// What the system makes of a scenario. Its interference has the scenario's seed.
Result<RunScenario> static_batches(const Model&, const Hardware&, const PrecisionPlan&, const Calibration&,
                                   const StaticBatches&);

}  // namespace ridgeline::cli
