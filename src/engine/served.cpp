#include "engine/served.h"

#include <variant>

namespace ridgeline::engine {

Parallelism with_experts(Parallelism spread, std::optional<unsigned> expert, const Model& model) {
  const auto* t = std::get_if<Transformer>(&model.architecture);
  if (t == nullptr || !t->moe) {
    if (expert) spread.expert = *expert;
    return spread;
  }
  const unsigned devices = spread.tensor * spread.data;
  spread.expert = expert.value_or(spread.data > 1 ? devices : 1);
  spread.expert_tensor = spread.expert > 0 && devices % spread.expert == 0 ? devices / spread.expert : 1;
  return spread;
}

PrecisionPlan served_in(Precision format, const Model& model) {
  const auto* t = std::get_if<Transformer>(&model.architecture);
  const bool narrow = t != nullptr && t->causal && size_of(format) < size_of(Precision::bf16);
  return narrow ? PrecisionPlan::quantized(format) : PrecisionPlan::uniform(format);
}

}  // namespace ridgeline::engine
