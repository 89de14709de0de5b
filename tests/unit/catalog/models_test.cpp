#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ridgeline/catalog.h"
#include "support.h"

namespace ridgeline {
namespace {

/// The architecture in `text`, which must be readable.
template <class Kind>
Kind read(const std::string& text) {
  const Folder folder;
  const auto model = read_model(folder.write("x.yaml", model_text("x", text)));
  EXPECT_TRUE(model) << model.error().message;
  return model && std::holds_alternative<Kind>(model->architecture) ? std::get<Kind>(model->architecture)
                                                                    : Kind{};
}

TEST(ReadModel, HeaderAndDefaults) {
  const Folder folder;
  const auto model = read_model(folder.write(
      "x.yaml", model_text("x",
                           "aliases: [Org/X-1]\nnote: note\ndefault_sequence: 128\n"
                           "parameters: {value: 1.5e6, source: config}\n"
                           "transformer: {layers: 2, hidden: 64, heads: 8, ffn: 128, vocab: 1000}\n")));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->task, "text generation");
  EXPECT_EQ(model->aliases, std::vector<std::string>{"Org/X-1"});
  EXPECT_EQ(model->default_sequence, 128u);
  EXPECT_EQ(model->published_parameters->value, 1.5e6);
  EXPECT_EQ(model->provenance, (Provenance{ProvenanceKind::literature, "config", "2024"}));
  const auto& t = std::get<Transformer>(model->architecture);
  EXPECT_EQ(t.kv_heads, 8u);       // as heads
  EXPECT_EQ(t.head_dim, 64u / 8);  // hidden / heads
  EXPECT_TRUE(t.causal);
  EXPECT_TRUE(t.gated_ffn);
  EXPECT_FALSE(t.moe);
}

TEST(ReadModel, MixtureOfExpertsAndLatentAttention) {
  const auto t = read<Transformer>(R"(transformer:
  layers: 3
  hidden: 64
  heads: 4
  vocab: 100
  ffn: 256
  moe: {experts: 8, active: 2, shared: 1, expert_ffn: 32, dense_layers: 1}
  mla: {q_lora_rank: 16, kv_lora_rank: 8, nope_dim: 12, rope_dim: 4, v_dim: 12}
)");
  ASSERT_TRUE(t.moe && t.mla);
  EXPECT_EQ(t.moe->experts, 8u);
  EXPECT_EQ(t.moe->active, 2u);
  EXPECT_EQ(t.moe->dense_layers, 1u);
  EXPECT_EQ(t.mla->kv_lora_rank, 8u);
  EXPECT_EQ(t.head_dim, 12u + 4);  // a query has both parts
}

TEST(ReadModel, LinearAndSparseAttention) {
  const auto t = read<Transformer>(R"(transformer:
  layers: 8
  hidden: 64
  heads: 4
  vocab: 100
  ffn: 256
  output_gate: true
  linear_attention: {full_every: 2, key_heads: 2, value_heads: 4, key_dim: 16, value_dim: 8, conv_kernel: 3}
  sparse_attention: {top_k: 32, index_heads: 3, index_dim: 5}
)");
  ASSERT_TRUE(t.linear && t.sparse);
  EXPECT_TRUE(t.output_gate);
  EXPECT_EQ(t.linear->full_every, 2u);
  EXPECT_EQ(t.linear->key_heads, 2u);
  EXPECT_EQ(t.linear->value_heads, 4u);
  EXPECT_EQ(t.linear->key_dim, 16u);
  EXPECT_EQ(t.linear->value_dim, 8u);
  EXPECT_EQ(t.linear->conv_kernel, 3u);
  EXPECT_EQ(t.sparse->top_k, 32u);
  EXPECT_EQ(t.sparse->index_heads, 3u);
  EXPECT_EQ(t.sparse->index_dim, 5u);
}

std::string shape(const ConvLayer& layer) {
  return fmt::format("{} {} x {} x {}", layer.name, layer.out_c, layer.out_h, layer.out_w);
}

// One of each operator; sizes by floor((in + 2 pad - kernel) / stride) + 1.
TEST(ReadModel, ConvNetShapesByHand) {
  const auto net = read<ConvNet>(R"(conv_net:
  input: [3, 33, 65]
  layers:
    - {name: stem, op: conv, out: 8, kernel: 7, stride: 2, pad: 3, act: relu}
    - {name: pool, op: max_pool, kernel: 3, stride: 2, pad: 1}
    - {name: wide, op: conv, out: 12, kernel: 1, kernel_w: 7, pad: 0, pad_w: 3, bias: false}
    - {name: tall, op: conv, out: 12, kernel: 7, kernel_w: 1, pad: 3, pad_w: 0, groups: 4}
    - {name: sum, op: add, from: [wide, tall], act: relu}
    - {name: squeeze, op: global_pool}
    - {name: excite, op: conv, out: 12, act: sigmoid}
    - {name: gated, op: mul, from: [sum, excite]}
    - {name: half, op: slice, first: 6, out: 6}
    - {name: mean, op: avg_pool, from: gated, kernel: 2, stride: 2}
    - {name: up, op: upsample, scale: 2}
    - {name: crop, op: avg_pool, from: half, kernel: 2}
    - {name: joined, op: concat, from: [up, crop]}
    - {name: fc, op: linear, out: 10}
    - {name: again, op: conv, from: input, out: 5}
)");
  const std::vector<std::string> expected = {
      "stem 8 x 17 x 33",    // (33 + 6 - 7) / 2 + 1 = 17, (65 + 6 - 7) / 2 + 1 = 33
      "pool 8 x 9 x 17",     // (17 + 2 - 3) / 2 + 1 = 9, (33 + 2 - 3) / 2 + 1 = 17
      "wide 12 x 9 x 17",    // a kernel of 1 x 7, padded by 0 x 3
      "tall 12 x 9 x 17",    // a kernel of 7 x 1, padded by 3 x 0
      "sum 12 x 9 x 17",     //
      "squeeze 12 x 1 x 1",  //
      "excite 12 x 1 x 1",   //
      "gated 12 x 9 x 17",   // the gate spreads over 9 x 17
      "half 6 x 9 x 17",     //
      "mean 12 x 4 x 8",     // floor(7 / 2) + 1 = 4, floor(15 / 2) + 1 = 8
      "up 12 x 8 x 16",      //
      "crop 6 x 8 x 16",     // (9 - 2) / 1 + 1 = 8, (17 - 2) / 1 + 1 = 16
      "joined 18 x 8 x 16",  // 12 + 6 channels
      "fc 10 x 1 x 1",       //
      "again 5 x 33 x 65",   // from the input
  };
  ASSERT_EQ(net.layers.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(shape(net.layers[i]), expected[i]);
  EXPECT_EQ(net.layers[0].inputs, std::vector<int>{-1});
  EXPECT_EQ(net.layers[4].inputs, (std::vector<int>{2, 3}));
  EXPECT_EQ(net.layers[13].in_c, 18u);
  EXPECT_EQ(net.layers[8].scale, 6u);  // a slice's first channel
  EXPECT_FALSE(net.layers[2].bias);
  EXPECT_EQ(net.layers[6].activation, "sigmoid");
}

TEST(ReadModel, WidthsOfKernelAndPad) {
  const auto net = read<ConvNet>(R"(conv_net:
  input: [3, 16, 16]
  layers:
    - {name: square, op: conv, out: 1, kernel: 5, pad: 2}
    - {name: tall, op: conv, out: 1, kernel: 7, kernel_w: 1, pad: 3, pad_w: 0}
)");
  ASSERT_EQ(net.layers.size(), 2u);
  EXPECT_EQ(net.layers[0].kernel_width(), 5u);
  EXPECT_EQ(net.layers[0].pad_width(), 2u);
  EXPECT_EQ(net.layers[1].kernel_width(), 1u);
  EXPECT_EQ(net.layers[1].pad_width(), 0u);
  ConvLayer by_hand;
  by_hand.kernel = 3;
  by_hand.pad = 1;
  EXPECT_EQ(by_hand.kernel_width(), 3u);
  EXPECT_EQ(by_hand.pad_width(), 1u);
}

TEST(ReadModel, AStemRunsAlongTime) {
  const auto model = read<EncoderDecoder>(R"(encoder_decoder:
  stem:
    input: [80, 100]
    layers:
      - {name: conv1, op: conv, out: 64, kernel: 3, pad: 1, act: gelu}
      - {name: conv2, op: conv, out: 64, kernel_w: 3, pad_w: 1, stride: 2}
  encoder: {layers: 2, hidden: 64, heads: 4, ffn: 128, causal: false, lm_head: false}
  decoder: {layers: 2, hidden: 64, heads: 4, ffn: 128, vocab: 1000, cross_attention: 50}
)");
  ASSERT_EQ(model.stem.size(), 2u);
  EXPECT_EQ(model.stem_channels, 80u);
  EXPECT_EQ(model.stem_length, 100u);
  EXPECT_EQ(shape(model.stem[0]), "conv1 64 x 1 x 100");
  EXPECT_EQ(shape(model.stem[1]), "conv2 64 x 1 x 50");  // (100 + 2 - 3) / 2 + 1
  for (const ConvLayer& layer : model.stem) {
    EXPECT_EQ(layer.kernel, 1u);
    EXPECT_EQ(layer.kernel_width(), 3u);
    EXPECT_EQ(layer.pad, 0u);
    EXPECT_EQ(layer.pad_width(), 1u);
  }
}

TEST(ReadModel, RecommenderUNetAndStateSpace) {
  const auto r = read<Recommender>(
      "recommender: {dense_features: 13, embedding_dim: 16, table_rows: [1e9, 3], lookups: [1, 20],\n"
      "  bottom_mlp: [64, 16], top_mlp: [32, 1], cross_layers: 3, cross_rank: 8}\n");
  EXPECT_EQ(r.table_rows, (std::vector<double>{1e9, 3}));
  EXPECT_EQ(r.lookups, (std::vector<unsigned>{1, 20}));
  EXPECT_EQ(r.top_mlp, (std::vector<unsigned>{32, 1}));
  EXPECT_EQ(r.cross_rank, 8u);
  const auto u = read<UNet>(
      "unet: {in_channels: 4, latent: 64, channels: [64, 128], transformer_depth: [0, 2], context_dim: 768,\n"
      "  mid_transformer_depth: 1, time_dim: 256, steps: 50}\n");
  EXPECT_EQ(u.channels, (std::vector<unsigned>{64, 128}));
  EXPECT_EQ(u.transformer_depth, (std::vector<unsigned>{0, 2}));
  EXPECT_EQ(u.passes_per_step, 2u);
  const auto s = read<StateSpace>(
      "state_space: {layers: 2, hidden: 64, inner: 128, state: 16, dt_rank: 4, vocab: 1000}\n");
  EXPECT_EQ(s.dt_rank, 4u);
  EXPECT_EQ(s.conv_kernel, 4u);
}

}  // namespace
}  // namespace ridgeline
