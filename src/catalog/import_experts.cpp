#include <fmt/format.h>

#include "catalog/import.h"

namespace ridgeline::catalog {

namespace {

/// The keys that Mixtral introduced: every layer routes, an expert is intermediate_size wide.
void read_local_experts(ConfigJson& config, Transformer& t) {
  MixtureOfExperts moe;
  moe.experts = config.need("num_local_experts");
  moe.active = config.need("num_experts_per_tok");
  moe.expert_ffn = t.ffn;
  t.ffn = 0;
  t.moe = moe;
}

Architecture read_mixtral(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_local_experts(config, t);
  read_window(config, t, 0);
  return t;
}

/// Experts as Qwen says them. Layers that keep a dense network are none, or not sayable.
void read_qwen_experts(ConfigJson& config, Transformer& t) {
  MixtureOfExperts moe;
  moe.experts = config.need("num_experts");
  moe.active = config.need("num_experts_per_tok");
  moe.expert_ffn = config.need("moe_intermediate_size");
  const unsigned shared = config.count("shared_expert_intermediate_size", 0);
  moe.shared = shared > 0 ? 1 : 0;
  moe.shared_ffn = shared == moe.expert_ffn ? 0 : shared;
  config.expect("decoder_sparse_step", 1, "every layer routes");
  config.expect("mlp_only_layers", ConfigJson::Json::array(), "every layer routes");
  t.ffn = 0;
  t.moe = moe;
}

Architecture read_qwen2_moe(ConfigJson& config) {
  Transformer t = read_decoder(config);
  t.qkv_bias = config.flag("qkv_bias", true);
  read_qwen_experts(config, t);
  read_qwen_window(config, t);
  return t;
}

Architecture read_qwen3_moe(ConfigJson& config) {
  Transformer t = read_decoder(config);
  t.qk_norm = true;
  read_attention_bias(config, t);
  read_qwen_experts(config, t);
  read_qwen_window(config, t);
  return t;
}

Architecture read_qwen3_next(ConfigJson& config) {
  Transformer t = read_decoder(config);
  if (!config.has("head_dim")) t.head_dim = 256;
  read_attention_bias(config, t);
  read_qwen_experts(config, t);
  read_gated_delta_net(config, t);
  return t;
}

Architecture read_gpt_oss(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_local_experts(config, t);
  t.qkv_bias = t.output_bias = config.flag("attention_bias", true);
  t.ffn_bias = true;
  read_window(config, t, 2);
  config.harmless({"experts_per_token"});
  config.note("left out: the learned attention sinks and the bias of the router");
  return t;
}

/// Experts as DeepSeek says them; the first layers may be dense.
void read_routed_experts(ConfigJson& config, Transformer& t) {
  MixtureOfExperts moe;
  moe.experts = config.need("n_routed_experts");
  moe.active = config.need("num_experts_per_tok");
  moe.shared = config.count("n_shared_experts", 0);
  moe.expert_ffn = config.need("moe_intermediate_size");
  moe.dense_layers = config.count("first_k_dense_replace", 0);
  config.expect("moe_layer_freq", 1, "all layers after the dense ones route");
  config.harmless({"mlp_layer_types"});
  if (moe.dense_layers == 0) t.ffn = 0;
  t.moe = moe;
}

void read_nextn_layers(ConfigJson& config) {
  if (config.count("num_nextn_predict_layers", 0) > 0)
    config.note("left out: the multi-token prediction layers");
}

Architecture read_deepseek(ConfigJson& config) {
  Transformer t = read_decoder(config);
  LatentAttention mla;
  mla.q_lora_rank = config.count("q_lora_rank", 0);
  mla.kv_lora_rank = config.need("kv_lora_rank");
  mla.nope_dim = config.need("qk_nope_head_dim");
  mla.rope_dim = config.need("qk_rope_head_dim");
  mla.v_dim = config.need("v_head_dim");
  t.mla = mla;
  t.kv_heads = t.heads;  // every head has its own keys and values once the latent is unfolded
  t.head_dim = mla.nope_dim + mla.rope_dim;
  config.harmless({"qk_head_dim"});
  if (config.flag("attention_bias", false))
    config.fail("attention_bias", "latent attention with biases cannot be said");
  read_routed_experts(config, t);
  read_nextn_layers(config);
  return t;
}

Architecture read_deepseek_sparse(ConfigJson& config) {
  Architecture architecture = read_deepseek(config);
  SparseAttention sparse;
  sparse.top_k = config.need("index_topk");
  sparse.index_heads = config.need("index_n_heads");
  sparse.index_dim = config.need("index_head_dim");
  std::get<Transformer>(architecture).sparse = sparse;
  config.expect("index_topk_freq", 1, "every layer has an indexer");
  config.harmless({"indexer_rope_interleave", "layer_types"});
  return architecture;
}

Architecture read_glm4_moe(ConfigJson& config) {
  Transformer t = read_decoder(config);
  t.qkv_bias = config.flag("attention_bias", false);
  t.qk_norm = config.flag("use_qk_norm", false);
  read_routed_experts(config, t);
  read_nextn_layers(config);
  return t;
}

void read_no_shared_expert(ConfigJson& config) {
  config.expect("shared_intermediate_size", 0, "no shared expert");
  config.harmless({"use_mtp",
                   "num_mtp_modules",
                   "mtp_transformer_layers",
                   "use_routing_bias",
                   "qk_norm_type",
                   "layernorm_full_attention_beta",
                   "layernorm_linear_attention_beta",
                   "layernorm_mlp_beta",
                   "layernorm_full_attention_alpha",
                   "layernorm_linear_attention_alpha",
                   "layernorm_mlp_alpha",
                   "full_attn_alpha_factor",
                   "full_attn_beta_factor",
                   "linear_attn_alpha_factor",
                   "linear_attn_beta_factor",
                   "mlp_alpha_factor",
                   "mlp_beta_factor",
                   "postnorm",
                   "block_size",
                   "shared_moe_mode"});
}

Architecture read_minimax_m2(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_local_experts(config, t);
  t.qk_norm = config.flag("use_qk_norm", true);
  if (const auto* types = config.node("attn_type_list")) {
    for (const auto& type : *types) {
      if (type != 1) config.fail("attn_type_list", "only layers of full attention (1) are supported");
    }
  }
  config.expect("attention_bias", false, "no biases");
  read_no_shared_expert(config);
  return t;
}

/// Lightning attention is linear attention with a state of head_dim x head_dim a head, gated, without
/// convolution.
Architecture read_minimax(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_local_experts(config, t);
  std::vector<std::string> kinds = config.names("layer_types");
  if (const auto* types = config.node("attn_type_list"); types && kinds.empty()) {
    for (const auto& type : *types) kinds.emplace_back(type == 1 ? "full_attention" : "linear_attention");
  }
  LinearAttention linear;
  linear.full_every = kinds.empty() ? 2 : full_every(config, "layer_types", kinds, "full_attention");
  if (linear.full_every == 0) config.fail("layer_types", "no layer has full attention");
  linear.key_heads = linear.value_heads = t.heads;
  linear.key_dim = linear.value_dim = t.head_dim;
  linear.conv_kernel = 1;
  t.linear = linear;
  read_no_shared_expert(config);
  config.note("lightning attention is taken as gated linear attention");
  return t;
}

}  // namespace

std::span<const ImportFamily> expert_families() {
  static constexpr ImportFamily families[] = {
      {"mixtral", read_mixtral},        {"qwen2_moe", read_qwen2_moe},
      {"qwen3_moe", read_qwen3_moe},    {"qwen3_next", read_qwen3_next},
      {"qwen3_5_moe", read_qwen3_next}, {"qwen3_5_moe_text", read_qwen3_next},
      {"gpt_oss", read_gpt_oss},        {"deepseek_v2", read_deepseek},
      {"deepseek_v3", read_deepseek},   {"deepseek_v32", read_deepseek_sparse},
      {"kimi_k2", read_deepseek},       {"kimi_k25", read_deepseek},
      {"glm4_moe", read_glm4_moe},      {"glm_moe_dsa", read_deepseek_sparse},
      {"minimax", read_minimax},        {"minimax_text_01", read_minimax},
      {"minimax_m1", read_minimax},     {"minimax_m2", read_minimax_m2},
  };
  return families;
}

}  // namespace ridgeline::catalog
