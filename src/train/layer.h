#pragma once
// One transformer layer of one micro-batch on one device, as operators. Symbols as in docs/training.md:
// N tokens of the micro-batch, H hidden, t tensor ranks.

#include <vector>

#include "ridgeline/training.h"

namespace ridgeline::train {

inline constexpr double gradient_bytes = 4;  ///< sums of gradients are kept in fp32

/// What one device executes for a layer.
struct LayerWork {
  std::vector<Op> products, attention, vectors;  ///< forward
  std::vector<Op> products_back, attention_back, vectors_back;
  double sums = 0;     ///< of N x H activations over the tensor ranks, in the forward pass; as many backward
  Bytes sum{};         ///< payload of one
  Bytes to_experts{};  ///< sent to other expert ranks and back in the forward pass; as much backward
  double weights = 0;  ///< parameters on the device, without routed experts
  double experts = 0;  ///< of routed experts
  Bytes kept{};        ///< activations that the backward pass needs, nothing recomputed
  Bytes kept_attention{};  ///< of them, the core's
  Bytes input{};           ///< of them, the layer's input
};

/// A dense layer, or one with routed experts.
LayerWork layer_work(const Transformer&, const TrainingPlan&, bool routed);

/// Logits and loss on one device: forward and backward.
std::vector<Op> head_work(const Transformer&, const TrainingPlan&);

/// FLOPs of the operators.
Flops flops_of(const std::vector<Op>&);

}  // namespace ridgeline::train
