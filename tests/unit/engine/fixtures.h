#pragma once
// Models and devices built by hand from their public configurations, so that these tests need no catalog
// files.

#include <numeric>
#include <string>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline::test {

inline const PrecisionPlan fp16 = PrecisionPlan::uniform(Precision::fp16);

inline Model model(std::string id, Architecture architecture) {
  Model m;
  m.id = std::move(id);
  m.architecture = std::move(architecture);
  return m;
}

inline Transformer llama(unsigned layers, unsigned hidden, unsigned heads, unsigned kv_heads, unsigned ffn,
                         unsigned vocab) {
  Transformer t;
  t.layers = layers;
  t.hidden = hidden;
  t.heads = heads;
  t.kv_heads = kv_heads;
  t.head_dim = hidden / heads;
  t.ffn = ffn;
  t.vocab = vocab;
  return t;
}
inline Model llama_3_8b() { return model("llama-3-8b", llama(32, 4096, 32, 8, 14336, 128256)); }
inline Model llama_3_70b() { return model("llama-3-70b", llama(80, 8192, 64, 8, 28672, 128256)); }

inline Model mixtral_8x7b() {
  Transformer t = llama(32, 4096, 32, 8, 0, 32000);
  MixtureOfExperts moe;
  moe.experts = 8;
  moe.active = 2;
  moe.expert_ffn = 14336;
  t.moe = moe;
  return model("mixtral-8x7b", t);
}

inline Model deepseek_v3() {
  Transformer t = llama(61, 7168, 128, 128, 18432, 129280);
  t.head_dim = 128;
  MixtureOfExperts moe;
  moe.experts = 256;
  moe.active = 8;
  moe.shared = 1;
  moe.expert_ffn = 2048;
  moe.dense_layers = 3;
  t.moe = moe;
  LatentAttention mla;
  mla.q_lora_rank = 1536;
  mla.kv_lora_rank = 512;
  mla.nope_dim = 128;
  mla.rope_dim = 64;
  mla.v_dim = 128;
  t.mla = mla;
  return model("deepseek-v3", t);
}

/// DeepSeek-V3.2: V3 with an indexer that keeps 2048 tokens a query.
inline Model deepseek_v32() {
  Model m = deepseek_v3();
  m.id = "deepseek-v3.2";
  SparseAttention sparse;
  sparse.top_k = 2048;
  sparse.index_heads = 64;
  sparse.index_dim = 128;
  std::get<Transformer>(m.architecture).sparse = sparse;
  return m;
}

/// Qwen3-Next-80B-A3B: layers 4, 8, ... attend with softmax, the others linearly.
inline Model qwen3_next() {
  Transformer t = llama(48, 2048, 16, 2, 0, 151936);
  t.head_dim = 256;
  t.qk_norm = t.output_gate = true;
  LinearAttention linear;
  linear.key_heads = 16;
  linear.value_heads = 32;
  linear.key_dim = linear.value_dim = 128;
  t.linear = linear;
  MixtureOfExperts moe;
  moe.experts = 512;
  moe.active = 10;
  moe.shared = 1;
  moe.expert_ffn = moe.shared_ffn = 512;
  t.moe = moe;
  return model("qwen3-next", t);
}

inline Transformer encoder(unsigned layers, unsigned hidden, unsigned heads, unsigned ffn) {
  Transformer t = llama(layers, hidden, heads, heads, ffn, 0);
  t.causal = t.gated_ffn = t.lm_head = false;
  t.qkv_bias = t.output_bias = t.ffn_bias = t.norm_bias = true;
  return t;
}
inline Model bert_base() {
  Transformer t = encoder(12, 768, 12, 3072);
  t.vocab = 30522;
  t.positions = 512;
  t.token_types = 2;
  t.post_norm = t.embedding_norm = t.pooler = true;
  t.final_norm = false;
  Model m = model("bert-base", t);
  m.default_sequence = 128;
  return m;
}
inline Model vit_b_16() {
  Transformer t = encoder(12, 768, 12, 3072);
  t.positions = t.patch_tokens = 197;
  t.patch_inputs = 3 * 16 * 16;
  t.classes = 1000;
  return model("vit-b-16", t);
}
inline Model gpt_j_6b() {
  Transformer t = llama(28, 4096, 16, 16, 16384, 50400);
  t.gated_ffn = false;
  t.ffn_bias = t.norm_bias = t.head_bias = true;
  t.norms_per_layer = 1;
  return model("gpt-j-6b", t);
}
/// Layers 6, 12, ... are global.
inline Model gemma_like() {
  Transformer t = llama(26, 1152, 4, 1, 6912, 262144);
  t.head_dim = 256;
  t.qk_norm = true;
  t.norms_per_layer = 4;
  t.sliding_window = 512;
  t.global_every = 6;
  t.tied_embeddings = true;
  return model("gemma-like", t);
}

inline ConvLayer conv(std::string name, std::vector<int> inputs, unsigned in_c, unsigned in_side,
                      unsigned out_c, unsigned out_side, unsigned kernel) {
  ConvLayer layer;
  layer.name = std::move(name);
  layer.inputs = std::move(inputs);
  layer.kernel = kernel;
  layer.out = layer.out_c = out_c;
  layer.in_c = in_c;
  layer.in_h = layer.in_w = in_side;
  layer.out_h = layer.out_w = out_side;
  return layer;
}
/// A stem, a residual block with a depthwise convolution and squeeze-and-excitation, a classifier.
inline Model small_conv_net() {
  ConvNet net;
  net.input_c = 3;
  net.input_h = net.input_w = 32;
  net.layers.push_back(conv("stem", {-1}, 3, 32, 16, 16, 3));
  net.layers.push_back(conv("depthwise", {0}, 16, 16, 16, 16, 3));
  net.layers.back().groups = 16;
  net.layers.push_back(conv("squeeze", {1}, 16, 16, 16, 1, 1));
  net.layers.back().kind = ConvLayer::Kind::global_pool;
  net.layers.push_back(conv("excite", {1, 2}, 16, 16, 16, 16, 1));
  net.layers.back().kind = ConvLayer::Kind::mul;
  net.layers.push_back(conv("add", {3, 0}, 16, 16, 16, 16, 1));
  net.layers.back().kind = ConvLayer::Kind::add;
  net.layers.push_back(conv("pool", {4}, 16, 16, 16, 1, 1));
  net.layers.back().kind = ConvLayer::Kind::global_pool;
  net.layers.push_back(conv("fc", {5}, 16, 1, 10, 1, 1));
  net.layers.back().kind = ConvLayer::Kind::linear;
  return model("small-conv-net", net);
}

inline Model dlrm() {
  Recommender r;
  r.dense_features = 13;
  r.embedding_dim = 128;
  r.table_rows.assign(26, 1e6);
  r.bottom_mlp = {512, 256, 128};
  r.top_mlp = {1024, 1024, 512, 256, 1};
  return model("dlrm", r);
}
inline Model dlrm_dcnv2() {
  Model m = dlrm();
  auto& r = std::get<Recommender>(m.architecture);
  r.lookups.assign(26, 8);
  r.cross_layers = 3;
  r.cross_rank = 512;
  m.id = "dlrm-dcnv2";
  return m;
}

inline Model stable_diffusion() {
  UNet u;
  u.in_channels = 4;
  u.latent = 64;
  u.channels = {320, 640, 1280, 1280};
  u.transformer_depth = {1, 1, 1, 0};
  u.mid_transformer_depth = 1;
  u.context_dim = 768;
  u.time_dim = 1280;
  u.steps = 50;
  return model("stable-diffusion-1.5", u);
}

inline Model mamba_130m() {
  StateSpace s;
  s.layers = 24;
  s.hidden = 768;
  s.inner = 1536;
  s.state = 16;
  s.dt_rank = 48;
  s.vocab = 50280;
  return model("mamba-130m", s);
}

inline Model whisper_tiny() {
  EncoderDecoder m;
  m.stem_channels = 80;
  m.stem_length = 3000;
  ConvLayer first = conv("conv1", {-1}, 80, 1, 384, 1, 1), second = conv("conv2", {0}, 384, 1, 384, 1, 1);
  first.kernel_w = second.kernel_w = 3;
  first.in_w = first.out_w = second.in_w = 3000;
  second.out_w = 1500;
  m.stem = {first, second};
  m.encoder = encoder(4, 384, 6, 1536);
  m.encoder.positions = 1500;
  m.decoder = encoder(4, 384, 6, 1536);
  m.decoder.causal = m.decoder.lm_head = m.decoder.tied_embeddings = true;
  m.decoder.vocab = 51865;
  m.decoder.positions = 448;
  m.decoder.cross_attention = 1500;
  return model("whisper-tiny", m);
}

inline std::vector<Model> all_models() {
  return {deepseek_v32(), qwen3_next(),   llama_3_8b(),     llama_3_70b(),     mixtral_8x7b(), deepseek_v3(),
          bert_base(),    vit_b_16(),     gpt_j_6b(),       gemma_like(),      dlrm(),         dlrm_dcnv2(),
          mamba_130m(),   whisper_tiny(), small_conv_net(), stable_diffusion()};
}

template <class Q>
Sourced<Q> sourced(Q value) {
  Sourced<Q> s;
  s.value = value;
  s.provenance = {ProvenanceKind::datasheet, "a datasheet", "2020"};
  return s;
}

inline Hardware device(std::string id, std::string memory, double fp16_tflops, double gigabytes_per_second,
                       double watts) {
  Hardware hardware;
  hardware.id = std::move(id);
  hardware.peak[Precision::fp16] = sourced(FlopsPerSecond(fp16_tflops * 1e12));
  hardware.memory.name = std::move(memory);
  hardware.memory.capacity = sourced(Bytes(80e9));
  hardware.memory.bandwidth = sourced(BytesPerSecond(gigabytes_per_second * 1e9));
  hardware.tdp = sourced(Watts(watts));
  return hardware;
}
// NVIDIA A100 80GB SXM (2020) and H100 SXM (2023) datasheets, dense.
inline Hardware a100() { return device("a100-sxm-80gb", "HBM2e", 312, 2039, 400); }
inline Hardware h100() { return device("h100-sxm-80gb", "HBM3", 989, 3350, 700); }

inline double sum_flops(const std::vector<Op>& ops) {
  return std::accumulate(ops.begin(), ops.end(), 0.0,
                         [](double sum, const Op& op) { return sum + op.flops.value() * op.count; });
}
inline double sum_weights(const std::vector<Op>& ops) {
  return std::accumulate(ops.begin(), ops.end(), 0.0,
                         [](double sum, const Op& op) { return sum + op.weights.value() * op.count; });
}
inline double sum_cache(const std::vector<Op>& ops) {
  return std::accumulate(ops.begin(), ops.end(), 0.0,
                         [](double sum, const Op& op) { return sum + op.kv_cache.value() * op.count; });
}
/// The operator of that name; a null Op with count 0 when there is none.
inline Op find(const std::vector<Op>& ops, std::string_view name) {
  for (const Op& op : ops) {
    if (op.name == name) return op;
  }
  Op none;
  none.count = 0;
  return none;
}

}  // namespace ridgeline::test
