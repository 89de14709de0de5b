#pragma once
// How the latencies of a run are distributed. All require a sample that is not empty.

#include "report/chart.h"
#include "report/latency_sample.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

enum class Axes { linear, logarithmic };
Chart latency_histogram(const Run&, const Summary&, const LatencySample&, Axes);
Chart latency_cdf(const Run&, const Summary&, const LatencySample&);

}  // namespace ridgeline::report
