#pragma once
// The probe's tables, once for the terminal and for Markdown.

#include "report/table.h"
#include "ridgeline/measurement.h"

namespace ridgeline::report {

/// Rates by thread count: peaks, kernels, bandwidth of each level.
Table probe_table(const HostProbe&);
/// Timer, sleep, launches, interruptions and warnings, a line each.
std::vector<std::string> probe_lines(const HostProbe&);

}  // namespace ridgeline::report
