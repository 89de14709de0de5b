#pragma once
// The plain keys of a model's YAML, in the order in which they are written; reader and writer share them.

#include "catalog/fields.h"
#include "ridgeline/catalog.h"

namespace ridgeline::catalog {

const std::vector<Field<Transformer>>& transformer_fields();
const std::vector<Field<MixtureOfExperts>>& moe_fields();
const std::vector<Field<LatentAttention>>& mla_fields();
const std::vector<Field<LinearAttention>>& linear_attention_fields();
const std::vector<Field<SparseAttention>>& sparse_attention_fields();
const std::vector<Field<StateSpace>>& state_space_fields();

}  // namespace ridgeline::catalog
