#include <gtest/gtest.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

std::vector<Op> lowered(const Model& m, const StepShape& shape) {
  auto ops = lower(m, shape, fp16);
  EXPECT_TRUE(ops) << ops.error().message;
  return ops ? *ops : std::vector<Op>{};
}

TEST(LowerConvNet, CountsEachRow) {
  const double batch = 5;
  const Model net = small_conv_net();  // operators are named by its rows
  const auto ops = lowered(net, StepShape::samples(5));
  ASSERT_EQ(ops.size(), 7u);
  const Op stem = find(ops, "stem");
  EXPECT_EQ(stem.kind, OpClass::conv);
  EXPECT_EQ(stem.flops.value(), 2 * batch * 16 * 16 * 16 * 3 * 3 * 3);
  EXPECT_EQ(stem.weights.value(), 2.0 * (16 * 27 + 16));
  EXPECT_EQ(stem.activations.value(), 2 * batch * (3 * 32 * 32 + 16 * 16 * 16));
  const Op depthwise = find(ops, "depthwise");
  EXPECT_EQ(depthwise.flops.value(), 2 * batch * 16 * 16 * 16 * 9);
  EXPECT_EQ(depthwise.weights.value(), 2.0 * (16 * 9 + 16));
  EXPECT_EQ(depthwise.m, batch * 256);
  EXPECT_EQ(depthwise.n, 1);
  EXPECT_EQ(depthwise.k, 9);
  EXPECT_EQ(find(ops, "excite").activations.value(), 2 * batch * (2 * 4096 + 16));
  EXPECT_EQ(find(ops, "add").activations.value(), 2 * batch * 3 * 4096);
  const Op fc = find(ops, "fc");
  EXPECT_EQ(fc.kind, OpClass::gemm);
  EXPECT_EQ(fc.flops.value(), 2 * batch * 16 * 10);
}

TEST(LowerOthers, ReadEveryParameterOnce) {
  EXPECT_DOUBLE_EQ(sum_weights(lowered(small_conv_net(), StepShape::samples(3))) / 2,
                   count_parameters(small_conv_net()).total);

  // One token of one sequence: one row of the table, and the head reads it all again (tied).
  const double mamba_hidden = 768;
  EXPECT_DOUBLE_EQ(sum_weights(lowered(mamba_130m(), StepShape::decode(1, 0))) / 2,
                   count_parameters(mamba_130m()).total + mamba_hidden);

  // A step of denoising reads the whole network; 50 of them make an image.
  EXPECT_DOUBLE_EQ(sum_weights(lowered(stable_diffusion(), StepShape::samples(1))) / 2 / 50,
                   count_parameters(stable_diffusion()).total);

  for (const Model& m : {dlrm(), dlrm_dcnv2()}) {
    // One sample reads what one sample uses.
    EXPECT_DOUBLE_EQ(sum_weights(lowered(m, StepShape::samples(1))) / 2, count_parameters(m).active) << m.id;
  }
}

TEST(LowerRecommender, GathersAndInteracts) {
  const double batch = 100;
  const auto ops = lowered(dlrm(), StepShape::samples(100));
  const Op gather = find(ops, "embeddings");
  EXPECT_EQ(gather.kind, OpClass::gather);
  EXPECT_EQ(gather.weights.value(), 2 * batch * 26 * 128);
  EXPECT_EQ(find(ops, "interaction").flops.value(), 2 * batch * 128 * (27 * 26 / 2));
  // DLRM-DCNv2 gathers eight rows a table and multiplies through rank 512.
  const auto crossed = lowered(dlrm_dcnv2(), StepShape::samples(100));
  EXPECT_EQ(find(crossed, "embeddings").weights.value(), 2 * batch * 26 * 8 * 128);
  EXPECT_EQ(find(crossed, "cross_up").flops.value(), 2 * batch * 27 * 128 * 512);
  EXPECT_EQ(find(crossed, "cross_up").count, 3);
}

TEST(LowerUNet, ScalesWithStepsAndGuidance) {
  Model m = stable_diffusion();
  const auto ops = lowered(m, StepShape::samples(1));
  const double full = sum_flops(ops);
  double attention = 0;
  for (const Op& op : ops) {
    if (op.kind == OpClass::attention) attention += op.flops.value() * op.count;
  }
  // Published (BK-SDM, 2023): 339 G multiply-accumulates a pass, counted by layer, so without the products of
  // attention. 2 passes a step, 50 steps.
  EXPECT_NEAR((full - attention) / 100 / (2 * 339e9), 1, 0.01);
  auto& u = std::get<UNet>(m.architecture);
  u.steps = 25;
  EXPECT_DOUBLE_EQ(sum_flops(lowered(m, StepShape::samples(1))), full / 2);
  u.passes_per_step = 1;
  EXPECT_DOUBLE_EQ(sum_flops(lowered(m, StepShape::samples(1))), full / 4);
  EXPECT_DOUBLE_EQ(sum_flops(lowered(m, StepShape::samples(4))), full);
}

TEST(LowerStateSpace, StateDoesNotGrowWithTheContext) {
  const double layers = 24, state = 1536 * 16 + 1536 * 3;
  EXPECT_EQ(sum_cache(lowered(mamba_130m(), StepShape::decode(1, 10))), 2 * layers * 2 * state);
  EXPECT_EQ(sum_cache(lowered(mamba_130m(), StepShape::decode(1, 100000))), 2 * layers * 2 * state);
  // The first pass only writes it.
  EXPECT_EQ(sum_cache(lowered(mamba_130m(), StepShape::prefill(1, 10))), 2 * layers * state);
}

TEST(LowerEncoderDecoder, EncodesSequencesWithoutAPast) {
  const Model whisper = whisper_tiny();
  const auto first = lowered(whisper, StepShape::prefill(2, 4));
  EXPECT_EQ(first.front().name, "conv1");
  EXPECT_EQ(first.front().flops.value(), 2.0 * 2 * 384 * 3000 * 3 * 80);
  EXPECT_EQ(find(first, "cross_kv").m, 2 * 1500);
  // The encoder's attention comes first: 1500 tokens see 1500.
  EXPECT_EQ(find(first, "attention").flops.value(), 4.0 * 64 * 6 * 2 * 1500 * 1500);

  const auto decode = lowered(whisper, StepShape::decode(2, 4));
  EXPECT_EQ(decode.front().name, "embed");
  EXPECT_EQ(find(decode, "cross_kv").count, 0);
  const Op cross = find(decode, "cross_attention");
  EXPECT_EQ(cross.flops.value(), 4.0 * 64 * 6 * 2 * 1500);
  EXPECT_EQ(cross.kv_cache.value(), 2.0 * 2 * 1500 * 2 * 384);
}

TEST(LowerEncoderDecoder, ReadsEveryParameterOnce) {
  const Model m = whisper_tiny();
  const auto& decoder = std::get<EncoderDecoder>(m.architecture).decoder;
  const double tokens = 4, hidden = 384;
  const auto ops = lowered(m, StepShape::prefill(1, 4));
  const double unread_positions = (decoder.positions - tokens) * hidden;
  // The tied output head reads the table; the four embedded rows are read once more.
  EXPECT_DOUBLE_EQ(sum_weights(ops) / 2, count_parameters(m).total - unread_positions + tokens * hidden);
}

TEST(LowerOthers, BufferIsReused) {
  std::vector<Op> ops;
  const SequenceGroup group{4, 1, 100};
  ASSERT_TRUE(lower_into(llama_3_8b(), {&group, 1}, fp16, ops));
  const std::size_t size = ops.size();
  ASSERT_TRUE(lower_into(llama_3_8b(), {&group, 1}, fp16, ops));
  EXPECT_EQ(ops.size(), size);
}

TEST(LowerConvNet, ASliceReadsOnlyWhatItKeeps) {
  ConvLayer slice;
  slice.name = "half";
  slice.kind = ConvLayer::Kind::slice;
  slice.inputs = {-1};
  slice.out = slice.out_c = 8;
  slice.in_c = 16;
  slice.in_h = slice.in_w = slice.out_h = slice.out_w = 10;
  Model model;
  model.architecture = ConvNet{16, 10, 10, {slice}};
  const auto ops = lower(model, StepShape::samples(3), PrecisionPlan::uniform(Precision::fp16));
  ASSERT_TRUE(ops) << ops.error().message;
  EXPECT_DOUBLE_EQ(ops->front().activations.value(),
                   3 * (2 * 8 * 10 * 10) * 2.0);  // read and written, 2 B each
}

}  // namespace
}  // namespace ridgeline
