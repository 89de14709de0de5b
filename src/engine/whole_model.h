#pragma once
// The textbook's single operator, and the memory that a deployment needs.

#include <span>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// lower_whole for a model whose parameters have been counted. `scratch` holds operators where the op is
/// their sum.
Result<Op> whole_op(const Model&, const ParameterCount&, std::span<const SequenceGroup>, const PrecisionPlan&,
                    std::vector<Op>& scratch);

/// Weights, and the cache at the end of the pass. Activations: the largest operator's inputs and outputs, an
/// estimate from below (`ops` as lower gives them).
Footprint footprint(const Model&, const ParameterCount&, std::span<const SequenceGroup>, const PrecisionPlan&,
                    std::span<const Op> ops);

}  // namespace ridgeline::engine
