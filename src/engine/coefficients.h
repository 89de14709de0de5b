#pragma once
// From logarithms of coefficients to a Calibration: the one place where fitted numbers become physics.

#include <span>
#include <vector>

#include "ridgeline/calibration.h"

namespace ridgeline::engine {

/// log(prior) of every coefficient, in their order: what is believed where nothing was measured.
std::vector<double> prior_logs();

/// Kind fitted, overlap partial; a value beyond its coefficient's limit becomes the limit. `logs` has one
/// entry a coefficient.
Calibration calibration_from(std::span<const double> logs);

}  // namespace ridgeline::engine
