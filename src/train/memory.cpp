#include "train/memory.h"

#include <algorithm>

namespace ridgeline::train {
namespace {

/// Of one layer and micro-batch, by what is recomputed.
Bytes kept(const LayerWork& layer, Recompute recompute) {
  switch (recompute) {
    case Recompute::none:
      return layer.kept;
    case Recompute::selective:
      return layer.kept - layer.kept_attention;
    case Recompute::full:
      return layer.input;
  }
  return {};
}

/// Layers whose activations the first stage holds at once, over the layers that it has. With interleaving,
/// Korthikanti et al. (arXiv:2205.05198), section 4.2.3: p + (p - 1) / v micro-batches.
double in_flight(const TrainingPlan& plan) {
  const double p = plan.pipeline;
  const double most = plan.interleave > 1 ? p + (p - 1) / plan.interleave : p;
  return std::min<double>(most, plan.micro_batches());
}

}  // namespace

TrainingMemory training_memory(const StageWork& stage, const Transformer& t, const TrainingPlan& plan,
                               Bytes capacity) {
  TrainingMemory memory;
  memory.capacity = capacity;
  const double data = plan.data, expert_data = static_cast<double>(plan.data) / plan.expert;
  const auto held = [&](double bytes, bool divided) {
    return Bytes(bytes *
                 (stage.shared() / (divided ? data : 1) + stage.experts() / (divided ? expert_data : 1)));
  };
  memory.weights = held(2, plan.zero >= 3);
  memory.gradients = held(4, plan.zero >= 2);
  memory.optimizer = held(12, plan.zero >= 1);
  const Bytes layers = kept(stage.dense, plan.recompute) * stage.dense_layers +
                       kept(stage.routed, plan.recompute) * stage.routed_layers;
  memory.activations = layers * in_flight(plan);
  // While it is computed again, one layer has all that its backward pass needs.
  if (plan.recompute == Recompute::full) {
    const Bytes routed = stage.routed_layers > 0 ? stage.routed.kept : Bytes(0);
    memory.activations += std::max(stage.dense.kept, routed);
  }
  if (plan.pipeline == 1 && t.lm_head) {
    const double tokens = static_cast<double>(plan.micro_batch) * plan.sequence;
    memory.logits = Bytes(tokens * t.vocab / plan.tensor * 4);
  }
  return memory;
}

}  // namespace ridgeline::train
