#pragma once
// How much slower or faster each part of a distribution became.

#include <vector>

#include "report/chart.h"
#include "ridgeline/run_difference.h"

namespace ridgeline::report {

/// B - A of each decile with its interval. Requires one at least, all finite; `table` is the twin in figures.
Chart shift_chart(const std::vector<DecileShift>&, Table table);

}  // namespace ridgeline::report
