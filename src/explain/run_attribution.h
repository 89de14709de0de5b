#pragma once
#include <vector>

#include "ridgeline/run_difference.h"

namespace ridgeline::explain {

/// The difference of the mean latencies by phase: B - A, phases that neither has left out. Empty unless both
/// carry phases that add up to their latencies.
std::vector<PhaseDifference> phase_differences(const Run& a, const Run& b);

}  // namespace ridgeline::explain
