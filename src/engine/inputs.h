#pragma once
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// Every catalog and calibration value that a prediction used, in a fixed order.
std::vector<Input> used_inputs(const Model&, const Hardware&, const PrecisionPlan&, const Calibration&,
                               unsigned devices);

}  // namespace ridgeline::engine
