#include <fmt/format.h>

#include "catalog/architectures.h"
#include "catalog/fields.h"

namespace ridgeline::catalog {

namespace {

const std::vector<Field<Transformer>>& transformer_fields() {
  using T = Transformer;
  static const std::vector<Field<T>> fields = {
      {"layers", &T::layers},
      {"hidden", &T::hidden},
      {"heads", &T::heads},
      {"kv_heads", &T::kv_heads},
      {"head_dim", &T::head_dim},
      {"ffn", &T::ffn},
      {"causal", &T::causal},
      {"gated_ffn", &T::gated_ffn},
      {"qkv_bias", &T::qkv_bias},
      {"output_bias", &T::output_bias},
      {"ffn_bias", &T::ffn_bias},
      {"qk_norm", &T::qk_norm},
      {"norm_bias", &T::norm_bias},
      {"norms_per_layer", &T::norms_per_layer},
      {"post_norm", &T::post_norm},
      {"final_norm", &T::final_norm},
      {"embedding_norm", &T::embedding_norm},
      {"vocab", &T::vocab},
      {"tied_embeddings", &T::tied_embeddings},
      {"lm_head", &T::lm_head},
      {"head_bias", &T::head_bias},
      {"positions", &T::positions},
      {"token_types", &T::token_types},
      {"pooler", &T::pooler},
      {"cross_attention", &T::cross_attention},
      {"cross_hidden", &T::cross_hidden},
      {"sliding_window", &T::sliding_window},
      {"global_every", &T::global_every},
      {"patch_inputs", &T::patch_inputs},
      {"patch_tokens", &T::patch_tokens},
      {"classes", &T::classes},
  };
  return fields;
}

Result<MixtureOfExperts> read_moe(const YamlNode& node) {
  using M = MixtureOfExperts;
  static const std::vector<Field<M>> fields = {
      {"experts", &M::experts},       {"active", &M::active},         {"shared", &M::shared},
      {"expert_ffn", &M::expert_ffn}, {"shared_ffn", &M::shared_ffn}, {"dense_layers", &M::dense_layers},
  };
  M moe;
  RIDGELINE_CHECK(read_fields(node, fields, {}, moe));
  RIDGELINE_CHECK(require_positive(node, {"experts", "active", "expert_ffn"}));
  if (moe.active > moe.experts)
    return error_at(node, "active",
                    fmt::format("{} of {} experts cannot be active", moe.active, moe.experts));
  if (moe.shared_ffn > 0 && moe.shared == 0)
    return error_at(node, "shared_ffn", "there are no shared experts; set 'shared' or leave this out");
  return moe;
}

Result<LatentAttention> read_mla(const YamlNode& node) {
  using L = LatentAttention;
  static const std::vector<Field<L>> fields = {
      {"q_lora_rank", &L::q_lora_rank},
      {"kv_lora_rank", &L::kv_lora_rank},
      {"nope_dim", &L::nope_dim},
      {"rope_dim", &L::rope_dim},
      {"v_dim", &L::v_dim},
  };
  L mla;
  RIDGELINE_CHECK(read_fields(node, fields, {}, mla));
  RIDGELINE_CHECK(require_positive(node, {"kv_lora_rank", "nope_dim", "rope_dim", "v_dim"}));
  return mla;
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
  RIDGELINE_CHECK(read_fields(node, transformer_fields(), {"moe", "mla"}, t));
  RIDGELINE_CHECK(require_positive(node, {"layers", "hidden", "heads"}));
  if (const auto moe_node = node.find("moe")) {
    RIDGELINE_TRY(moe, read_moe(*moe_node));
    t.moe = moe;
  }
  if (const auto mla_node = node.find("mla")) {
    RIDGELINE_TRY(mla, read_mla(*mla_node));
    t.mla = mla;
  }
  RIDGELINE_CHECK(fill_heads(node, t));
  RIDGELINE_CHECK(check_ffn(node, t));
  RIDGELINE_CHECK(check_consistent(node, t));
  return t;
}

}  // namespace ridgeline::catalog
