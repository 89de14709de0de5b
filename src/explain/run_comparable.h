#pragma once
#include "ridgeline/run_difference.h"

namespace ridgeline::explain {

/// Whether the two can be compared at all; the reason is the error.
Status check_comparable(const Run& a, const Run& b, const RunComparison&);

/// Query i of one belongs to query i of the other: both kept their queries, which came at the same times with
/// as many samples.
bool same_schedule(const Run& a, const Run& b);

}  // namespace ridgeline::explain
