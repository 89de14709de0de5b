#include <fmt/format.h>

#include "catalog/architectures.h"
#include "catalog/model_fields.h"

namespace ridgeline::catalog {

namespace {

Result<MixtureOfExperts> read_moe(const YamlNode& node) {
  MixtureOfExperts moe;
  RIDGELINE_CHECK(read_fields(node, moe_fields(), {}, moe));
  RIDGELINE_CHECK(require_positive(node, {"experts", "active", "expert_ffn"}));
  if (moe.active > moe.experts)
    return error_at(node, "active",
                    fmt::format("{} of {} experts cannot be active", moe.active, moe.experts));
  if (moe.shared_ffn > 0 && moe.shared == 0)
    return error_at(node, "shared_ffn", "there are no shared experts; set 'shared' or leave this out");
  return moe;
}

Result<LatentAttention> read_mla(const YamlNode& node) {
  LatentAttention mla;
  RIDGELINE_CHECK(read_fields(node, mla_fields(), {}, mla));
  RIDGELINE_CHECK(require_positive(node, {"kv_lora_rank", "nope_dim", "rope_dim", "v_dim"}));
  return mla;
}

Result<LinearAttention> read_linear_attention(const YamlNode& node) {
  LinearAttention linear;
  RIDGELINE_CHECK(read_fields(node, linear_attention_fields(), {}, linear));
  RIDGELINE_CHECK(require_positive(node, {"key_heads", "value_heads", "key_dim", "value_dim"}));
  if (linear.full_every == 0)
    return error_at(node, "full_every", "expected a whole number of at least 1, found 0");
  if (linear.conv_kernel == 0)
    return error_at(node, "conv_kernel", "expected a whole number of at least 1, found 0");
  if (linear.value_heads % linear.key_heads != 0)
    return error_at(
        node, "value_heads",
        fmt::format("value_heads {} is no multiple of key_heads {}", linear.value_heads, linear.key_heads));
  return linear;
}

Result<SparseAttention> read_sparse_attention(const YamlNode& node) {
  SparseAttention sparse;
  RIDGELINE_CHECK(read_fields(node, sparse_attention_fields(), {}, sparse));
  RIDGELINE_CHECK(require_positive(node, {"top_k", "index_heads", "index_dim"}));
  return sparse;
}

/// Fills kv_heads and head_dim where the file leaves them out.
Status fill_heads(const YamlNode& node, Transformer& t) {
  if (!node.find("kv_heads")) t.kv_heads = t.heads;
  if (!node.find("head_dim")) {
    if (!t.mla && t.hidden % t.heads != 0)
      return node.error(
          fmt::format("hidden {} is no multiple of heads {}; give head_dim", t.hidden, t.heads));
    t.head_dim = t.mla ? t.mla->nope_dim + t.mla->rope_dim : t.hidden / t.heads;
  }
  if (t.kv_heads == 0 || t.heads % t.kv_heads != 0)
    return error_at(node, "kv_heads",
                    fmt::format("heads {} is no multiple of kv_heads {}", t.heads, t.kv_heads));
  if (t.head_dim == 0) return error_at(node, "head_dim", "expected a whole number of at least 1, found 0");
  return Status::success();
}

Status check_ffn(const YamlNode& node, const Transformer& t) {
  const bool every_layer_routes = t.moe && t.moe->dense_layers == 0;
  if (!every_layer_routes) RIDGELINE_CHECK(require_positive(node, {"ffn"}));
  if (t.moe && t.moe->dense_layers > t.layers)
    return node.error(fmt::format("moe.dense_layers {} exceeds layers {}", t.moe->dense_layers, t.layers));
  return Status::success();
}

/// A condition that a transformer must not meet, and the key to blame.
struct Clash {
  bool found;
  std::string_view key, message;
};

Status check_consistent(const YamlNode& node, const Transformer& t) {
  const bool has_head = t.lm_head && t.vocab > 0;
  const Clash clashes[] = {
      {t.lm_head && t.vocab == 0, "lm_head", "a head needs 'vocab'; give it, or lm_head: false"},
      {t.tied_embeddings && !has_head, "tied_embeddings", "there is no language head to tie"},
      {t.head_bias && !has_head, "head_bias", "there is no language head"},
      {t.token_types > 0 && t.vocab == 0, "token_types", "segments need 'vocab'"},
      {t.norms_per_layer != 1 && t.norms_per_layer != 2 && t.norms_per_layer != 4, "norms_per_layer",
       "expected 1, 2 or 4"},
      {t.post_norm && t.norms_per_layer != 2, "post_norm", "goes with norms_per_layer: 2"},
      {t.global_every > 0 && t.sliding_window == 0, "global_every",
       "every layer is global without 'sliding_window'"},
      {t.cross_hidden > 0 && t.cross_attention == 0, "cross_hidden", "needs 'cross_attention'"},
      {t.patch_inputs > 0 && t.patch_tokens == 0, "patch_tokens",
       "patches need their number; give patch_tokens"},
      {t.patch_tokens > 0 && t.patch_inputs == 0, "patch_tokens", "needs 'patch_inputs'"},
      {t.linear && t.linear->full_every > t.layers, "linear_attention",
       "no layer would have full attention; full_every is at most 'layers'"},
      {t.linear && !t.causal, "linear_attention", "a linear layer is causal; leave out causal: false"},
      {t.sparse && !t.causal, "sparse_attention", "an indexer picks past tokens; leave out causal: false"},
      {t.output_gate && t.mla, "output_gate", "does not go with 'mla'"},
      {t.patch_inputs > 0 && t.vocab > 0, "patch_inputs", "a model reads patches or tokens, not both"},
  };
  for (const Clash& clash : clashes) {
    if (clash.found) return error_at(node, clash.key, clash.message);
  }
  return Status::success();
}

}  // namespace

Result<Transformer> read_transformer(const YamlNode& node) {
  Transformer t;
  RIDGELINE_CHECK(
      read_fields(node, transformer_fields(), {"moe", "mla", "linear_attention", "sparse_attention"}, t));
  RIDGELINE_CHECK(require_positive(node, {"layers", "hidden", "heads"}));
  if (const auto moe_node = node.find("moe")) {
    RIDGELINE_TRY(moe, read_moe(*moe_node));
    t.moe = moe;
  }
  if (const auto mla_node = node.find("mla")) {
    RIDGELINE_TRY(mla, read_mla(*mla_node));
    t.mla = mla;
  }
  if (const auto linear_node = node.find("linear_attention")) {
    RIDGELINE_TRY(linear, read_linear_attention(*linear_node));
    t.linear = linear;
  }
  if (const auto sparse_node = node.find("sparse_attention")) {
    RIDGELINE_TRY(sparse, read_sparse_attention(*sparse_node));
    t.sparse = sparse;
  }
  RIDGELINE_CHECK(fill_heads(node, t));
  RIDGELINE_CHECK(check_ffn(node, t));
  RIDGELINE_CHECK(check_consistent(node, t));
  return t;
}

}  // namespace ridgeline::catalog
