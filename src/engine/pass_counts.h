#pragma once
#include <span>

#include "engine/cost.h"

namespace ridgeline::engine {

/// What the overheads of this pass multiply, on the busiest device.
PassCounts pass_counts(const Model&, std::span<const SequenceGroup>, const Parallelism&);

}  // namespace ridgeline::engine
