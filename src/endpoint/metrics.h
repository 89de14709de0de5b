#pragma once
// What /metrics says, in Prometheus' text format.

#include <string>

#include "endpoint/pacer.h"
#include "ridgeline/histogram.h"

namespace ridgeline::endpoint {

/// Names, units and meaning are vLLM's where it has the same; the others begin with ridgeline. Times are
/// simulated ones, but for the lateness.
std::string metrics_text(const Pacer::View&, const LatencyHistogram& lateness, std::uint64_t turned_away,
                         const std::string& model);

}  // namespace ridgeline::endpoint
