// Parameter counts against sums by hand and, where the figure is exact, against what the publishers' own
// implementations report.

#include <gtest/gtest.h>

#include "ridgeline/catalog.h"

namespace ridgeline {
namespace {

ParameterCount count(Architecture architecture) {
  Model model;
  model.architecture = std::move(architecture);
  return count_parameters(model);
}

Transformer llama_3_8b() {
  Transformer t;
  t.layers = 32;
  t.hidden = 4096;
  t.heads = 32;
  t.kv_heads = 8;
  t.head_dim = 128;
  t.ffn = 14336;
  t.vocab = 128256;
  return t;
}

TEST(Parameters, Llama3Of8B) {
  // Layer: q and o 4096 x 4096, k and v 4096 x 1024, three FFN matrices, two norms.
  const double layer = 2 * 4096.0 * 4096 + 2 * 4096.0 * 1024 + 3 * 4096.0 * 14336 + 2 * 4096;
  const double table = 128256.0 * 4096;
  const auto c = count(llama_3_8b());
  EXPECT_EQ(c.total, 32 * layer + 2 * table + 4096);
  EXPECT_EQ(c.total, 8030261248.0);
  EXPECT_EQ(c.active, c.total);
  EXPECT_EQ(c.embedding, table);
}

TEST(Parameters, ATiedHeadCountsOnce) {
  Transformer t = llama_3_8b();
  t.tied_embeddings = true;
  EXPECT_EQ(count(t).total, 8030261248.0 - 128256.0 * 4096);
}

TEST(Parameters, BertBase) {
  Transformer t;
  t.layers = 12;
  t.hidden = 768;
  t.heads = t.kv_heads = 12;
  t.head_dim = 64;
  t.ffn = 3072;
  t.causal = t.gated_ffn = t.lm_head = t.final_norm = false;
  t.qkv_bias = t.output_bias = t.ffn_bias = t.norm_bias = t.post_norm = t.embedding_norm = t.pooler = true;
  t.vocab = 30522;
  t.positions = 512;
  t.token_types = 2;
  EXPECT_EQ(count(t).total, 109482240.0);
  EXPECT_EQ(count(t).embedding, (30522.0 + 512 + 2) * 768);
}

TEST(Parameters, Gpt2) {
  Transformer t;
  t.layers = 12;
  t.hidden = 768;
  t.heads = t.kv_heads = 12;
  t.head_dim = 64;
  t.ffn = 3072;
  t.gated_ffn = false;
  t.qkv_bias = t.output_bias = t.ffn_bias = t.norm_bias = t.tied_embeddings = true;
  t.vocab = 50257;
  t.positions = 1024;
  EXPECT_EQ(count(t).total, 124439808.0);
}

TEST(Parameters, GptJHasOneNormALayerAndABiasedHead) {
  Transformer t;
  t.layers = 28;
  t.hidden = 4096;
  t.heads = t.kv_heads = 16;
  t.head_dim = 256;
  t.ffn = 16384;
  t.gated_ffn = false;
  t.ffn_bias = t.norm_bias = t.head_bias = true;
  t.norms_per_layer = 1;
  t.vocab = 50400;
  EXPECT_EQ(count(t).total, 6050882784.0);
}

TEST(Parameters, QkNormIsTwoVectorsOfAHeadForEachLayer) {
  Transformer t = llama_3_8b();
  t.qk_norm = true;
  EXPECT_EQ(count(t).total, 8030261248.0 + 32 * 2 * 128);
}

TEST(Parameters, Mixtral8x7B) {
  Transformer t = llama_3_8b();
  t.vocab = 32000;
  t.ffn = 0;
  t.moe = MixtureOfExperts{8, 2, 0, 14336, 0, 0};
  const auto c = count(t);
  EXPECT_NEAR(c.total, 46.70e9, 0.005e9);
  EXPECT_NEAR(c.active, 12.88e9, 0.005e9);
  EXPECT_EQ(c.total - c.active, 32 * 6 * 3 * 4096.0 * 14336);  // six of eight experts rest
}

TEST(Parameters, DeepSeekV3) {
  Transformer t;
  t.layers = 61;
  t.hidden = 7168;
  t.heads = t.kv_heads = 128;
  t.head_dim = 192;
  t.ffn = 18432;
  t.vocab = 129280;
  t.moe = MixtureOfExperts{256, 8, 1, 2048, 0, 3};
  t.mla = LatentAttention{1536, 512, 128, 64, 128};
  const auto c = count(t);
  EXPECT_NEAR(c.total, 671e9, 0.01 * 671e9);
  EXPECT_NEAR(c.active, 37e9, 0.02 * 37e9);
}

TEST(Parameters, LatentAttentionByHand) {
  Transformer t;
  t.layers = 1;
  t.hidden = 10;
  t.heads = t.kv_heads = 2;
  t.head_dim = 5;
  t.ffn = 7;
  t.lm_head = t.final_norm = false;
  t.norms_per_layer = 2;
  t.mla = LatentAttention{0, 4, 3, 2, 6};
  const double ffn = 3 * 10.0 * 7, norms = 2 * 10;
  const double query = 10 * 2 * (3 + 2), down = 10 * (4 + 2), norm = 4, up = 4 * 2 * (3 + 6),
               out = 2 * 6 * 10;
  EXPECT_EQ(count(t).total, query + down + norm + up + out + ffn + norms);
  t.mla->q_lora_rank = 8;
  EXPECT_EQ(count(t).total, 10 * 8 + 8 + 8 * 2 * (3 + 2) + down + norm + up + out + ffn + norms);
}

TEST(Parameters, SharedExpertsOfTheirOwnWidth) {
  Transformer t = llama_3_8b();
  t.layers = 2;
  t.moe = MixtureOfExperts{4, 1, 2, 100, 300, 1};
  Transformer without = t;
  without.moe->shared = 0;
  EXPECT_EQ(count(t).total - count(without).total, 2 * 3 * 4096.0 * 300);  // in the one routed layer
  without.moe->dense_layers = 2;
  Transformer dense = t;
  dense.moe.reset();
  EXPECT_EQ(count(without).total, count(dense).total);
}

TEST(Parameters, CrossAttentionAddsItsProjectionsAndANorm) {
  Transformer t = llama_3_8b();
  t.cross_attention = 1500;
  t.cross_hidden = 1000;
  const double projections = 2 * 4096.0 * 4096 + 2 * 1000.0 * 1024;
  EXPECT_EQ(count(t).total, 8030261248.0 + 32 * (projections + 4096));
}

TEST(Parameters, VisionTransformer) {
  Transformer t;
  t.layers = 12;
  t.hidden = 768;
  t.heads = t.kv_heads = 12;
  t.head_dim = 64;
  t.ffn = 3072;
  t.causal = t.gated_ffn = t.lm_head = false;
  t.qkv_bias = t.output_bias = t.ffn_bias = t.norm_bias = true;
  t.positions = t.patch_tokens = 197;
  t.patch_inputs = 3 * 16 * 16;
  t.classes = 1000;
  EXPECT_EQ(count(t).total, 86567656.0 - 768);  // the class token, one row, is not counted
}

TEST(Parameters, ConvolutionsAndLinearLayers) {
  ConvLayer depthwise;
  depthwise.in_c = depthwise.out = depthwise.groups = 32;
  depthwise.kernel = 3;
  ConvLayer flat;
  flat.kind = ConvLayer::Kind::linear;
  flat.in_c = 8;
  flat.in_h = flat.in_w = 4;
  flat.out = 10;
  flat.bias = false;
  ConvLayer pool;
  pool.kind = ConvLayer::Kind::max_pool;
  pool.kernel = 3;
  ConvNet net;
  net.layers = {depthwise, flat, pool};
  EXPECT_EQ(count(net).total, 32 * 9 + 32 + 8 * 16 * 10);
}

TEST(Parameters, RecommenderByHand) {
  Recommender r;
  r.dense_features = 13;
  r.embedding_dim = 4;
  r.table_rows = {100, 50};
  r.bottom_mlp = {8, 4};
  r.top_mlp = {5, 1};
  const double bottom = 13 * 8 + 8 + 8 * 4 + 4;
  const double top = (4 + 3) * 5 + 5 + 5 + 1;  // the bottom output and three pairs of three vectors
  EXPECT_EQ(count(r).total, 150 * 4 + bottom + top);
  EXPECT_EQ(count(r).embedding, 150 * 4);
  EXPECT_EQ(count(r).active, 2 * 4 + bottom + top);  // one row of each table
  r.lookups = {3, 20};
  EXPECT_EQ(count(r).active, 23 * 4 + bottom + top);
  r.cross_layers = 2;
  r.cross_rank = 6;
  const double joined = 3 * 4;
  EXPECT_EQ(count(r).total,
            150 * 4 + bottom + 2 * (joined * 6 + 6 * joined + joined) + joined * 5 + 5 + 5 + 1);
}

TEST(Parameters, LinearAttentionReplacesTheOthersButEveryNth) {
  Transformer t = llama_3_8b();
  const double full = count(t).total;
  LinearAttention linear;
  linear.full_every = 4;  // 8 of 32 layers keep full attention
  linear.key_heads = 2;
  linear.value_heads = 6;
  linear.key_dim = 16;
  linear.value_dim = 8;
  linear.conv_kernel = 4;
  t.linear = linear;
  const double softmax = 4096.0 * (4096 + 2 * 1024 + 4096);  // q, k and v, output
  const double keys = 2 * 16, values = 6 * 8;
  const double gated_delta_net = 4096 * (2 * keys + 2 * values)     // q, k, v and the gate z
                                 + 4096 * 2 * 6                     // decay and write strength of each head
                                 + 4 * (2 * keys + values) + 2 * 6  // convolution; decay and its bias
                                 + 8 + values * 4096;               // norm of a head, output
  EXPECT_EQ(count(t).total, full + 24 * (gated_delta_net - softmax));
}

TEST(Parameters, OutputGateIsAsWideAsTheQueries) {
  Transformer t = llama_3_8b();
  const double without = count(t).total;
  t.output_gate = true;
  EXPECT_EQ(count(t).total, without + 32 * 4096.0 * 4096);
}

TEST(Parameters, IndexerOfSparseAttention) {
  Transformer t = llama_3_8b();
  const double without = count(t).total;
  SparseAttention sparse;
  sparse.top_k = 2048;
  sparse.index_heads = 3;
  sparse.index_dim = 5;
  t.sparse = sparse;
  const double key_and_weights = 4096 * 5 + 2 * 5 + 4096 * 3;  // key, its norm, a weight a head
  EXPECT_EQ(count(t).total, without + 32 * (4096.0 * 3 * 5 + key_and_weights));
  LatentAttention mla;
  mla.q_lora_rank = 7;  // then queries of the indexer come from the low-rank ones
  mla.kv_lora_rank = mla.nope_dim = mla.rope_dim = mla.v_dim = 1;
  t.mla = mla;
  const double sparse_latent = count(t).total;
  t.sparse.reset();
  EXPECT_EQ(sparse_latent, count(t).total + 32 * (7.0 * 3 * 5 + key_and_weights));
}

UNet stable_diffusion_15() {
  UNet u;
  u.in_channels = 4;
  u.latent = 64;
  u.channels = {320, 640, 1280, 1280};
  u.transformer_depth = {1, 1, 1, 0};
  u.mid_transformer_depth = 1;
  u.context_dim = 768;
  u.time_dim = 1280;
  u.steps = 50;
  return u;
}

TEST(Parameters, StableDiffusion15) { EXPECT_EQ(count(stable_diffusion_15()).total, 859520964.0); }

TEST(Parameters, StableDiffusionXl) {
  UNet u = stable_diffusion_15();
  u.channels = {320, 640, 1280};
  u.transformer_depth = {0, 2, 10};
  u.mid_transformer_depth = 10;
  u.context_dim = 2048;
  u.added_dim = 2816;
  EXPECT_EQ(count(u).total, 2567463684.0);
}

TEST(Parameters, Mamba130M) {
  StateSpace s;
  s.layers = 24;
  s.hidden = 768;
  s.inner = 1536;
  s.state = 16;
  s.dt_rank = 48;
  s.vocab = 50280;
  EXPECT_EQ(count(s).total, 129135360.0);
  s.tied_embeddings = false;
  EXPECT_EQ(count(s).total, 129135360.0 + 50280.0 * 768);
}

TEST(Parameters, EncoderDecoderIsTheSumOfItsParts) {
  EncoderDecoder model;
  model.encoder = model.decoder = llama_3_8b();
  ConvLayer conv;
  conv.in_c = 80;
  conv.out = 64;
  conv.kernel_w = 3;
  model.stem = {conv};
  EXPECT_EQ(count(model).total, 2 * 8030261248.0 + 80 * 64 * 3 + 64);
}

}  // namespace
}  // namespace ridgeline
