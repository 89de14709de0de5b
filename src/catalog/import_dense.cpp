#include <fmt/format.h>

#include "catalog/import.h"

namespace ridgeline::catalog {

Transformer read_decoder(ConfigJson& config) {
  Transformer t;
  t.layers = config.need("num_hidden_layers");
  t.hidden = config.need("hidden_size");
  t.heads = config.need("num_attention_heads");
  t.kv_heads = config.count("num_key_value_heads", t.heads);
  t.head_dim = config.count("head_dim", t.hidden / t.heads);
  t.ffn = config.count("intermediate_size", 0);
  t.vocab = config.need("vocab_size");
  t.tied_embeddings = config.flag("tie_word_embeddings", false);
  return t;
}

void read_attention_bias(ConfigJson& config, Transformer& t) {
  t.qkv_bias = t.output_bias = config.flag("attention_bias", false);
}

unsigned full_every(ConfigJson& config, std::string_view key, const std::vector<std::string>& layers,
                    std::string_view full) {
  unsigned every = 0;
  for (std::size_t i = 0; i < layers.size() && every == 0; ++i) {
    if (layers[i] == full) every = static_cast<unsigned>(i + 1);
  }
  for (std::size_t i = 0; i < layers.size() && every > 0; ++i) {
    if ((layers[i] == full) == ((i + 1) % every == 0)) continue;
    config.fail(key, fmt::format("the layers of {} are not every {}-th one", full, every));
    return 0;
  }
  return every;
}

void read_window(ConfigJson& config, Transformer& t, unsigned otherwise) {
  t.sliding_window = config.count("sliding_window", 0);
  const auto layers = config.names("layer_types");
  t.global_every = layers.empty() ? otherwise : full_every(config, "layer_types", layers, "full_attention");
  if (t.global_every == 1) t.sliding_window = 0;
  if (t.sliding_window == 0) t.global_every = 0;
}

void read_qwen_window(ConfigJson& config, Transformer& t) {
  config.harmless({"sliding_window", "max_window_layers", "layer_types"});
  if (!config.flag("use_sliding_window", false)) return;
  const unsigned full_layers = config.count("max_window_layers", 0);
  if (full_layers >= t.layers) return;
  if (full_layers > 0) {
    config.fail("max_window_layers",
                fmt::format("a window on the layers after the first {} cannot be said; only on "
                            "all, or all but every n-th",
                            full_layers));
    return;
  }
  t.sliding_window = config.count("sliding_window", 0);
}

void read_gated_delta_net(ConfigJson& config, Transformer& t) {
  LinearAttention linear;
  const auto layers = config.names("layer_types");
  const unsigned interval = config.count("full_attention_interval", 4);
  linear.full_every = layers.empty() ? interval : full_every(config, "layer_types", layers, "full_attention");
  if (linear.full_every == 0) config.fail("layer_types", "no layer has full attention");
  linear.key_heads = config.count("linear_num_key_heads", 16);
  linear.value_heads = config.count("linear_num_value_heads", 32);
  linear.key_dim = config.count("linear_key_head_dim", 128);
  linear.value_dim = config.count("linear_value_head_dim", 128);
  linear.conv_kernel = config.count("linear_conv_kernel_dim", 4);
  t.linear = linear;
  t.qk_norm = true;
  t.output_gate = config.flag("attn_output_gate", true);
  config.harmless(
      {"mamba_ssm_dtype", "mtp_num_hidden_layers", "mtp_use_dedicated_embeddings", "mlp_only_layers"});
}

namespace {

Architecture read_llama(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_attention_bias(config, t);
  t.ffn_bias = config.flag("mlp_bias", false);
  return t;
}

Architecture read_mistral(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_window(config, t, 0);
  return t;
}

Architecture read_qwen2(ConfigJson& config) {
  Transformer t = read_decoder(config);
  t.qkv_bias = true;
  read_qwen_window(config, t);
  return t;
}

Architecture read_qwen3(ConfigJson& config) {
  Transformer t = read_decoder(config);
  if (!config.has("head_dim")) t.head_dim = 128;
  t.qk_norm = true;
  read_attention_bias(config, t);
  read_qwen_window(config, t);
  return t;
}

Architecture read_qwen3_5(ConfigJson& config) {
  Transformer t = read_decoder(config);
  if (!config.has("head_dim")) t.head_dim = 256;
  read_attention_bias(config, t);
  read_gated_delta_net(config, t);
  return t;
}

Transformer read_gemma_decoder(ConfigJson& config) {
  Transformer t = read_decoder(config);
  if (!config.has("head_dim")) t.head_dim = 256;
  t.tied_embeddings = config.flag("tie_word_embeddings", true);
  read_attention_bias(config, t);
  return t;
}

Architecture read_gemma(ConfigJson& config) { return read_gemma_decoder(config); }

Architecture read_gemma2(ConfigJson& config) {
  Transformer t = read_gemma_decoder(config);
  t.norms_per_layer = 4;
  read_window(config, t, 2);
  config.harmless({"sliding_window_size"});
  return t;
}

/// The published configs leave out what equals the defaults of the text model's code.
Architecture read_gemma3(ConfigJson& config) {
  Transformer t;
  t.layers = config.count("num_hidden_layers", 26);
  t.hidden = config.count("hidden_size", 2304);
  t.heads = config.count("num_attention_heads", 8);
  t.kv_heads = config.count("num_key_value_heads", 4);
  t.head_dim = config.count("head_dim", 256);
  t.ffn = config.count("intermediate_size", 9216);
  t.vocab = config.count("vocab_size", 262208);
  t.tied_embeddings = config.flag("tie_word_embeddings", true);
  t.norms_per_layer = 4;
  t.qk_norm = true;
  read_attention_bias(config, t);
  read_window(config, t, config.count("sliding_window_pattern", config.count("_sliding_window_pattern", 6)));
  if (!config.has("sliding_window")) t.sliding_window = 4096;
  config.harmless({"use_bidirectional_attention"});
  return t;
}

Architecture read_phi3(ConfigJson& config) {
  Transformer t = read_decoder(config);
  read_window(config, t, 0);
  config.harmless({"attention_bias"});
  return t;
}

}  // namespace

std::span<const ImportFamily> dense_families() {
  static constexpr ImportFamily families[] = {
      {"llama", read_llama},
      {"mistral", read_mistral},
      {"qwen2", read_qwen2},
      {"qwen3", read_qwen3},
      {"qwen3_5_text", read_qwen3_5},
      {"qwen3_5", read_qwen3_5},
      {"gemma", read_gemma},
      {"gemma2", read_gemma2},
      {"gemma3_text", read_gemma3},
      {"gemma3", read_gemma3},
      {"phi3", read_phi3},
  };
  return families;
}

}  // namespace ridgeline::catalog
