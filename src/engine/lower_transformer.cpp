// The table "Transformer" of docs/lowering.md, row by row; lower_attention.cpp and its neighbours have the
// parts with tables of their own.

#include <algorithm>
#include <array>

#include "engine/transformer_pass.h"

namespace ridgeline::engine {

TransformerPass::TransformerPass(const Transformer& transformer, std::span<const SequenceGroup> whole,
                                 OpWriter& writer, const Spread& over)
    : t(transformer),
      groups(whole),
      out(writer),
      spread(over),
      tensor(over.devices.tensor),
      share(busiest_share(whole, over.devices.data)),
      work(token_work(whole, t.causal, 0, share)),
      hidden(t.hidden),
      layers(t.layers),
      attention(attention_layers(t)),
      heads(tensor > 1 ? static_cast<double>(t.heads) / tensor : t.heads),
      kv_heads(local_kv_heads(t, tensor)),
      gates(t.gated_ffn ? 2 : 1) {}

namespace {

void embedding(const TransformerPass& p) {
  const Transformer& t = p.t;
  const double values = p.work.tokens * p.hidden;
  if (t.patch_inputs > 0) {
    // The class token is a parameter, not a patch.
    const double patches = p.work.sequences * (t.patch_tokens - 1.0), inputs = t.patch_inputs;
    const double positions = t.positions > 0 ? t.patch_tokens * p.hidden : 0;
    p.out.gemm("patch_embed", 1, patches, p.hidden, inputs,
               {p.hidden * inputs + 2 * p.hidden + positions, patches * inputs + values, 0});
  } else if (t.vocab > 0) {
    // Each rank looks up the tokens of its part of the vocabulary; the small tables are whole everywhere.
    const double tables = 1.0 / p.tensor + (t.positions > 0) + (t.token_types > 0);
    p.out.gather("embed", 1, {tables * values, values, 0});
    p.all_reduce("embed_all_reduce", 1);
  } else if (t.positions > 0) {
    const double longest = p.work.tokens / p.work.sequences;
    p.out.vector("positions", 1, {longest * p.hidden, 2 * values, 0});
  }
  if (t.embedding_norm) p.norm("embed_norm", 1, p.hidden);
}

void cross_attention(const TransformerPass& p) {
  const Transformer& t = p.t;
  const double tokens = p.work.tokens, a = p.heads, v = p.kv_heads, d = t.head_dim;
  const double length = t.cross_attention, sequences = p.work.sequences;
  const double encoder_width = t.cross_hidden > 0 ? t.cross_hidden : t.hidden;
  p.norm("cross_norm", p.layers, p.hidden);
  p.linear("cross_q", p.layers, tokens, a * d, p.hidden, t.qkv_bias, false, Part::attention);
  if (const double rows = p.work.started * length; rows > 0) {
    const double width = 2 * v * d, bias = t.qkv_bias ? width : 0;
    p.out.gemm("cross_kv", p.layers, rows, width, encoder_width,
               {width * encoder_width + bias, rows * encoder_width, rows * width}, Part::attention);
  }
  p.out.attention("cross_attention", p.layers, 4 * d * a * tokens * length,
                  {tokens / sequences * a / v, length, d, sequences * v},
                  {0, 2 * tokens * a * d, 2 * v * d * sequences * length});
  p.linear("cross_out", p.layers, tokens, p.hidden, a * d, t.output_bias, true, Part::attention);
  p.all_reduce("cross_all_reduce", p.layers);
}

void perceptron(const TransformerPass& p, const std::array<std::string_view, 3>& names, double count,
                double whole_width) {
  const double tokens = p.work.tokens, width = p.tensor > 1 ? whole_width / p.tensor : whole_width;
  p.linear(names[0], count, tokens, width * p.gates, p.hidden, p.t.ffn_bias, false);
  if (p.t.gated_ffn) p.out.vector(names[1], count, {0, 3 * tokens * width, 0});
  p.linear(names[2], count, tokens, p.hidden, width, p.t.ffn_bias, true);
}

/// Layers whose experts end with every token's sum on one tensor rank only, and no shared expert to add.
bool gathers_tokens(const MixtureOfExperts& moe, const Parallelism& devices) {
  return devices.data > 1 && devices.expert > 1 && moe.shared == 0;
}

void feed_forward(const TransformerPass& p) {
  const Transformer& t = p.t;
  const double dense = t.moe ? std::min(t.moe->dense_layers, t.layers) : t.layers;
  const double sparse = p.layers - dense;
  if (!t.post_norm && t.norms_per_layer != 1) p.norm("ffn_norm", p.layers, p.hidden);
  perceptron(p, {"ffn_up", "ffn_act", "ffn_down"}, dense, t.ffn);
  double reduced = p.layers;
  if (t.moe) {
    const MixtureOfExperts& moe = *t.moe;
    lower_experts(p, moe, sparse);
    const double width =
        moe.shared * static_cast<double>(moe.shared_ffn > 0 ? moe.shared_ffn : moe.expert_ffn);
    if (width > 0) perceptron(p, {"shared_up", "shared_act", "shared_down"}, sparse, width);
    if (gathers_tokens(moe, p.spread.devices)) {
      reduced = dense;
      p.out.collective("experts_all_gather", sparse, Collective::all_gather, p.tensor,
                       p.work.tokens * p.hidden);
    }
  }
  p.all_reduce("ffn_all_reduce", reduced);
  if (t.post_norm || t.norms_per_layer == 4) p.norm("ffn_post_norm", p.layers, p.hidden);
}

void head(const TransformerPass& p) {
  const Transformer& t = p.t;
  const double rows = p.work.sequences;
  if (t.final_norm) p.norm("final_norm", 1, p.hidden);
  if (t.lm_head && t.vocab > 0) {
    const double vocab = t.vocab, columns = p.tensor > 1 ? vocab / p.tensor : vocab;
    p.linear("lm_head", 1, rows, columns, p.hidden, t.head_bias, false, Part::head);
    p.out.collective("logits_all_gather", 1, Collective::all_gather, p.tensor, rows * vocab);
  }
  if (t.pooler) p.linear("pooler", 1, rows, p.hidden, p.hidden, true, false);
  if (t.classes > 0) p.linear("classifier", 1, rows, t.classes, p.hidden, true, false);
}

LayerOps lower(const TransformerPass& p) {
  embedding(p);
  LayerOps range{p.out.size(), 0};
  if (!p.t.post_norm) p.norm("attn_norm", p.layers, p.hidden);
  lower_attention(p);
  if (p.t.linear) lower_linear_attention(p, *p.t.linear);
  p.all_reduce("attn_all_reduce", p.layers);
  if (p.t.post_norm || p.t.norms_per_layer == 4) p.norm("attn_post_norm", p.layers, p.hidden);
  if (p.t.cross_attention > 0) cross_attention(p);
  feed_forward(p);
  range.last = p.out.size();
  const unsigned stages = p.spread.devices.pipeline;
  p.out.collective("pipeline_send", stages - 1.0, Collective::point_to_point, 2, p.work.tokens * p.hidden);
  head(p);
  return range;
}

}  // namespace

LayerOps lower_transformer(const Transformer& t, std::span<const SequenceGroup> groups, OpWriter& out,
                           const Spread& spread) {
  if (t.patch_tokens == 0) return lower(TransformerPass(t, groups, out, spread));
  const std::array<SequenceGroup, 1> images{
      SequenceGroup{static_cast<std::uint32_t>(samples_of(groups)), t.patch_tokens, 0}};
  return lower(TransformerPass(t, images, out, spread));
}

}  // namespace ridgeline::engine
