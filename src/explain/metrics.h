#pragma once
// Latency, throughput, energy and cost of a unit of work, each attributed to the factors that changed.

#include "explain/mixer.h"

namespace ridgeline::explain {

/// Fills latency, throughput, energy, cost, counterfactuals, unknown and sampled. `work` is that of the
/// profiles.
void attribute(Explanation&, const Setup& baseline, const Setup& proposal, Mixer&, const CompareOptions&);

}  // namespace ridgeline::explain
