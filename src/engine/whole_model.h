#pragma once
// The textbook's single operator.

#include <span>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// lower_whole for a model whose parameters have been counted. `scratch` holds operators where the op is
/// their sum.
Result<Op> whole_op(const Model&, const ParameterCount&, std::span<const SequenceGroup>, const PrecisionPlan&,
                    std::vector<Op>& scratch);

}  // namespace ridgeline::engine
