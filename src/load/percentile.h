#pragma once
// A percentile of what a run saw, with its interval.

#include <optional>

#include "load/seen.h"

namespace ridgeline::load {

/// Offline latencies are the growing sums of one query's progress, not draws: they get no interval but that
/// of a bucket.
enum class Draws { dependent, none };

/// As Summary has it; absent where so few times cannot support it.
std::optional<Estimate> percentile(const Times&, double p, Draws);

}  // namespace ridgeline::load
