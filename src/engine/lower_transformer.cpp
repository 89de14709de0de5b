// The tables "Transformer", "Latent attention", "Mixture of experts" and "Cross attention" of
// docs/lowering.md, row by row. Symbols as there: T tokens, H hidden, A heads, V key/value heads, D head
// dimension, F feed-forward width, S sequences.

#include <algorithm>
#include <array>

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {
namespace {

class TransformerLowering {
 public:
  TransformerLowering(const Transformer& t, std::span<const SequenceGroup> groups, OpWriter& out)
      : t_(t), groups_(groups), out_(out), work_(token_work(groups, t.causal, 0)) {}

  void run() {
    embedding();
    if (t_.mla) {
      latent_attention_inputs(*t_.mla);
    } else {
      attention_inputs();
    }
    attention();
    attention_output();
    if (t_.cross_attention > 0) cross_attention();
    feed_forward();
    head();
  }

 private:
  void norm(std::string_view name, double count, double width) {
    out_.vector(name, count, {width * (t_.norm_bias ? 2 : 1), 2 * work_.tokens * width, 0});
  }
  /// A linear layer applied to m rows.
  void linear(std::string_view name, double count, double m, double n, double k, bool bias, bool residual) {
    out_.gemm(name, count, m, n, k, {n * k + (bias ? n : 0), m * k + m * n * (residual ? 2 : 1), 0});
  }

  void embedding() {
    const double values = work_.tokens * hidden_;
    if (t_.patch_inputs > 0) {
      // The class token is a parameter, not a patch.
      const double patches = work_.sequences * (t_.patch_tokens - 1.0), inputs = t_.patch_inputs;
      const double positions = t_.positions > 0 ? t_.patch_tokens * hidden_ : 0;
      out_.gemm("patch_embed", 1, patches, hidden_, inputs,
                {hidden_ * inputs + 2 * hidden_ + positions, patches * inputs + values, 0});
    } else if (t_.vocab > 0) {
      const double tables = 1.0 + (t_.positions > 0) + (t_.token_types > 0);
      out_.gather("embed", 1, {tables * values, values, 0});
    } else if (t_.positions > 0) {
      const double longest = work_.tokens / work_.sequences;
      out_.vector("positions", 1, {longest * hidden_, 2 * values, 0});
    }
    if (t_.embedding_norm) norm("embed_norm", 1, hidden_);
  }

  void attention_inputs() {
    const double tokens = work_.tokens, a = t_.heads, v = t_.kv_heads, d = t_.head_dim;
    if (!t_.post_norm) norm("attn_norm", layers_, hidden_);
    linear("qkv", layers_, tokens, (a + 2 * v) * d, hidden_, t_.qkv_bias, false);
    if (t_.qk_norm) out_.vector("qk_norm", layers_, {2 * d, 2 * tokens * (a + v) * d, 0});
    if (t_.causal) {
      out_.vector("rope_append", layers_, {0, tokens * (2 * a + 2 * v) * d, 2 * tokens * v * d});
    }
  }

  void latent_attention_inputs(const LatentAttention& mla) {
    const double tokens = work_.tokens, a = t_.heads;
    const double q = a * (mla.nope_dim + mla.rope_dim), latent = mla.kv_lora_rank, rope = mla.rope_dim;
    if (!t_.post_norm) norm("attn_norm", layers_, hidden_);
    if (mla.q_lora_rank > 0) {
      linear("q_down", layers_, tokens, mla.q_lora_rank, hidden_, false, false);
      norm("q_norm", layers_, mla.q_lora_rank);
      linear("q_up", layers_, tokens, q, mla.q_lora_rank, false, false);
    } else {
      linear("q", layers_, tokens, q, hidden_, false, false);
    }
    linear("kv_down", layers_, tokens, latent + rope, hidden_, false, false);
    norm("kv_norm", layers_, latent);
    out_.vector("rope_append", layers_,
                {0, tokens * (2 * a * rope + latent + rope), tokens * (latent + rope)});
    linear("kv_up", layers_, tokens, a * (mla.nope_dim + mla.v_dim), latent, false, false);
  }

  void attention() {
    const unsigned local = local_layers(t_);
    attention("attention", t_.layers - local, 0);
    attention("attention_local", local, t_.sliding_window);
  }
  void attention(std::string_view name, unsigned count, unsigned window) {
    if (count == 0) return;
    const TokenWork seen = window > 0 ? token_work(groups_, t_.causal, window) : work_;
    const double a = t_.heads, v = t_.kv_heads, d = t_.head_dim;
    if (t_.mla) {
      const double q_and_out = a * (t_.mla->nope_dim + t_.mla->rope_dim + t_.mla->v_dim);
      out_.attention(name, count, a * latent_flops(*t_.mla, window),
                     {0, seen.tokens * q_and_out, seen.visible * cached_values(t_)});
    } else {
      const double keys = t_.causal ? 0 : 2 * seen.tokens * v * d;
      out_.attention(name, count, 4 * d * a * seen.pairs,
                     {0, 2 * seen.tokens * a * d + keys, t_.causal ? 2 * v * d * seen.visible : 0});
    }
  }
  /// FLOPs of one head: each sequence takes the cheaper of attending in the latent space and of expanding its
  /// past into keys and values first (new tokens are expanded, or absorbed at the same cost, by kv_up).
  double latent_flops(const LatentAttention& mla, unsigned window) const {
    const double latent = mla.kv_lora_rank, rope = mla.rope_dim, nope = mla.nope_dim, v = mla.v_dim;
    double sum = 0;
    for (const SequenceGroup& group : groups_) {
      const double pairs = attention_pairs(group.new_tokens, group.past_tokens, t_.causal, window);
      const double absorbed = 2 * pairs * (2 * latent + rope);
      const double expanded = 2 * pairs * (nope + rope + v) + 2 * group.past_tokens * latent * (nope + v);
      sum += group.sequences * std::min(absorbed, expanded);
    }
    return sum;
  }

  void attention_output() {
    const double width = t_.heads * static_cast<double>(t_.mla ? t_.mla->v_dim : t_.head_dim);
    linear("attn_out", layers_, work_.tokens, hidden_, width, t_.output_bias, true);
    if (t_.post_norm || t_.norms_per_layer == 4) norm("attn_post_norm", layers_, hidden_);
  }

  void cross_attention() {
    const double tokens = work_.tokens, a = t_.heads, v = t_.kv_heads, d = t_.head_dim;
    const double length = t_.cross_attention;
    const double encoder_width = t_.cross_hidden > 0 ? t_.cross_hidden : t_.hidden;
    norm("cross_norm", layers_, hidden_);
    linear("cross_q", layers_, tokens, a * d, hidden_, t_.qkv_bias, false);
    if (const double rows = work_.started * length; rows > 0) {
      const double width = 2 * v * d, bias = t_.qkv_bias ? width : 0;
      out_.gemm("cross_kv", layers_, rows, width, encoder_width,
                {width * encoder_width + bias, rows * encoder_width, rows * width});
    }
    out_.attention("cross_attention", layers_, 4 * d * a * tokens * length,
                   {0, 2 * tokens * a * d, 2 * v * d * work_.sequences * length});
    linear("cross_out", layers_, tokens, hidden_, a * d, t_.output_bias, true);
  }

  void feed_forward() {
    const double dense = t_.moe ? std::min(t_.moe->dense_layers, t_.layers) : t_.layers;
    if (!t_.post_norm && t_.norms_per_layer != 1) norm("ffn_norm", layers_, hidden_);
    perceptron({"ffn_up", "ffn_act", "ffn_down"}, dense, t_.ffn);
    if (t_.moe) {
      const MixtureOfExperts& moe = *t_.moe;
      experts(moe, layers_ - dense);
      const double width =
          moe.shared * static_cast<double>(moe.shared_ffn > 0 ? moe.shared_ffn : moe.expert_ffn);
      if (width > 0) perceptron({"shared_up", "shared_act", "shared_down"}, layers_ - dense, width);
    }
    if (t_.post_norm || t_.norms_per_layer == 4) norm("ffn_post_norm", layers_, hidden_);
  }

  void perceptron(const std::array<std::string_view, 3>& names, double count, double width) {
    const double tokens = work_.tokens;
    linear(names[0], count, tokens, width * gates_, hidden_, t_.ffn_bias, false);
    if (t_.gated_ffn) out_.vector(names[1], count, {0, 3 * tokens * width, 0});
    linear(names[2], count, tokens, hidden_, width, t_.ffn_bias, true);
  }

  /// Every token runs `active` experts; weights are those of the experts that some token picked.
  void experts(const MixtureOfExperts& moe, double count) {
    const double tokens = work_.tokens, width = moe.expert_ffn, rows = tokens * moe.active;
    const double touched = touched_experts(moe.experts, moe.active, tokens);
    const double up_bias = t_.ffn_bias ? width * gates_ : 0, down_bias = t_.ffn_bias ? hidden_ : 0;
    linear("router", count, tokens, moe.experts, hidden_, false, false);
    out_.gemm("experts_up", count, rows, width * gates_, hidden_,
              {touched * (width * gates_ * hidden_ + up_bias), tokens * hidden_ + rows * width * gates_, 0});
    if (t_.gated_ffn) out_.vector("experts_act", count, {0, 3 * rows * width, 0});
    out_.gemm("experts_down", count, rows, hidden_, width,
              {touched * (width * hidden_ + down_bias), rows * width + 2 * tokens * hidden_, 0});
  }

  void head() {
    const double rows = work_.sequences;
    if (t_.final_norm) norm("final_norm", 1, hidden_);
    if (t_.lm_head && t_.vocab > 0) linear("lm_head", 1, rows, t_.vocab, hidden_, t_.head_bias, false);
    if (t_.pooler) linear("pooler", 1, rows, hidden_, hidden_, true, false);
    if (t_.classes > 0) linear("classifier", 1, rows, t_.classes, hidden_, true, false);
  }

  const Transformer& t_;
  std::span<const SequenceGroup> groups_;
  OpWriter& out_;
  TokenWork work_;
  double hidden_ = t_.hidden, layers_ = t_.layers, gates_ = t_.gated_ffn ? 2 : 1;
};

}  // namespace

void lower_transformer(const Transformer& t, std::span<const SequenceGroup> groups, OpWriter& out) {
  if (t.patch_tokens == 0) {
    TransformerLowering(t, groups, out).run();
    return;
  }
  const std::array<SequenceGroup, 1> images{
      SequenceGroup{static_cast<std::uint32_t>(samples_of(groups)), t.patch_tokens, 0}};
  TransformerLowering(t, images, out).run();
}

}  // namespace ridgeline::engine
