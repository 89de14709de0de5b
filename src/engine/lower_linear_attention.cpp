// The table "Linear attention" of docs/lowering.md: Gated DeltaNet.

#include <algorithm>

#include "engine/transformer_pass.h"

namespace ridgeline::engine {
namespace {

constexpr double chunk_tokens = 64;

/// FLOPs of one value head: token by token in decode, in chunks of C tokens otherwise.
double delta_rule_flops(const TransformerPass& p, double key, double value) {
  double sum = 0;
  for (const SequenceGroup& group : p.groups) {
    const double tokens = group.sequences * p.share.of(group) * group.new_tokens;
    // What the state predicts for the key, the update by the difference, and the query's reading.
    const double state = 6 * key * value;
    const double chunk = std::min<double>(chunk_tokens, group.new_tokens);
    const double within = group.new_tokens == 1 ? 0 : 2 * chunk * (3 * key + 2 * value);
    sum += tokens * (state + within);
  }
  return sum;
}

}  // namespace

void lower_linear_attention(const TransformerPass& p, const LinearAttention& linear) {
  const double count = p.layers - p.attention, tokens = p.work.tokens, tensor = p.tensor;
  const double key = linear.key_dim, value = linear.value_dim, heads = linear.value_heads / tensor;
  const double keys = linear.key_heads * key / tensor, values = heads * value;
  const double mixed = 2 * keys + values, kernel = linear.conv_kernel;
  // The state is read by sequences that have a past, and written by all.
  const double states = 2 * p.work.sequences - p.work.started;

  p.linear("linear_qkvz", count, tokens, mixed + values, p.hidden, false, false, Part::attention);
  p.linear("linear_ba", count, tokens, 2 * heads, p.hidden, false, false, Part::attention);
  p.out.conv("linear_conv", count, mixed, tokens, 1, kernel,
             {mixed * kernel, 2 * tokens * mixed, states * mixed * (kernel - 1)}, Part::attention);
  const double flops = heads * delta_rule_flops(p, key, value);
  p.out.attention(
      "linear_attention", count, flops,
      {tokens / p.work.sequences, flops / (4 * tokens * heads * key), key, p.work.sequences * heads},
      {2 * heads, tokens * (mixed + 2 * heads + values), states * heads * key * value});
  p.out.vector("linear_norm", count, {value, 3 * tokens * values, 0});
  p.linear("linear_out", count, tokens, p.hidden, values, false, true, Part::attention);
}

}  // namespace ridgeline::engine
