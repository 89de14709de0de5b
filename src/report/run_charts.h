#pragma once
// Pictures of a run, each with its table. Those that the run has no figures for are left out.

#include <vector>

#include "report/chart.h"
#include "report/latency_sample.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

/// Mean and percentiles: from the summary with its intervals, further ones from the sample without.
Table percentile_table(const Summary&, const LatencySample&, const Scenario&);

/// Latency histograms on linear and on logarithmic axes, the share of queries within a latency, completions
/// over time, and the phases of the mean query and of the slowest hundredth.
std::vector<Chart> run_charts(const Run&, const Summary&);

}  // namespace ridgeline::report
