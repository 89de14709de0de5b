#include "engine/pass_counts.h"

#include <cmath>

#include "engine/lowering.h"

namespace ridgeline::engine {

PassCounts pass_counts(const Model& model, std::span<const SequenceGroup> groups,
                       const Parallelism& parallelism) {
  PassCounts counts;
  counts.layers = layers_of(model, groups);
  if (const auto* t = std::get_if<Transformer>(&model.architecture); t != nullptr && t->moe) {
    counts.expert_layers = t->layers - static_cast<double>(std::min(t->moe->dense_layers, t->layers));
  }
  counts.sequences = std::ceil(samples_of(groups) / parallelism.data);
  return counts;
}

}  // namespace ridgeline::engine
