#pragma once
// One pass of a transformer on its busiest device, as the parts of the lowering share it. Symbols as in
// docs/lowering.md: T tokens, H hidden, A heads, V key/value heads, D head dimension, S sequences.

#include <span>
#include <string_view>

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {

struct TransformerPass {
  TransformerPass(const Transformer& t, std::span<const SequenceGroup> groups, OpWriter& out,
                  const Spread& spread);

  /// A norm of `width` values a token.
  void norm(std::string_view name, double count, double width) const {
    out.vector(name, count, {width * (t.norm_bias ? 2 : 1), 2 * work.tokens * width, 0});
  }
  /// A linear layer applied to m rows.
  void linear(std::string_view name, double count, double m, double n, double k, bool bias, bool residual,
              Part part = Part::body) const {
    out.gemm(name, count, m, n, k, {n * k + (bias ? n : 0), m * k + m * n * (residual ? 2 : 1), 0}, part);
  }
  /// Adds up what the tensor ranks hold of every token.
  void all_reduce(std::string_view name, double count) const {
    out.collective(name, count, Collective::all_reduce, tensor, work.tokens * hidden);
  }

  const Transformer& t;
  std::span<const SequenceGroup> groups;  ///< of the whole replica
  OpWriter& out;
  const Spread& spread;
  unsigned tensor;         ///< devices that share attention, dense feed-forward, embedding and head
  TokenShare share;        ///< of the sequences, on this device
  TokenWork work;          ///< of that share
  double hidden, layers;   ///< layers: all
  double attention;        ///< layers with softmax attention
  double heads, kv_heads;  ///< on this device
  double gates;            ///< input projections of the feed-forward network
};

/// From the projections of a softmax attention layer to its output's.
void lower_attention(const TransformerPass&);
/// Gated linear attention in the layers that have no other.
void lower_linear_attention(const TransformerPass&, const LinearAttention&);
/// Router, routed experts and what moves tokens to them and back, in `count` layers.
void lower_experts(const TransformerPass&, const MixtureOfExperts&, double count);

}  // namespace ridgeline::engine
