#pragma once
// What a deployment keeps in the memory of its fullest device. docs/lowering.md, Memory.

#include <span>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// Parameters on the device that holds most of them.
Bytes weight_bytes(const Model&, const ParameterCount&, const PrecisionPlan&, const Parallelism&);

/// Weights, and the cache at the end of the pass. Activations: the largest operator's inputs and outputs, an
/// estimate from below (`ops` as lower gives them for the pass).
Footprint footprint(const Model&, const ParameterCount&, std::span<const SequenceGroup>, const PrecisionPlan&,
                    std::span<const Op> ops, const Parallelism& = {});

}  // namespace ridgeline::engine
