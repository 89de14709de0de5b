#pragma once
// How far each threshold is from its limit.

#include <vector>

#include "report/chart.h"
#include "ridgeline/mission.h"

namespace ridgeline::report {

/// Those with a value and a limit above 0, in times the limit, on a logarithmic axis; the table has all.
/// Requires one of those.
Chart thresholds_chart(const std::vector<ThresholdReport>&);
/// Whether it can be drawn there.
bool has_margin(const ThresholdReport&);

}  // namespace ridgeline::report
