#include "calibrate/measured_csv_precision.h"

#include "fixtures.h"

namespace ridgeline::calibrate {
namespace {

using P = Precision;

PrecisionPlan plan(const char* model, const char* hardware, PrecisionWords words) {
  return plan_for(**catalog().model(model), **catalog().hardware(hardware), words);
}

TEST(PrecisionWords, NothingSaidIsBf16) {
  const PrecisionPlan p = plan("qwen-3-32b", "h100", {});
  EXPECT_EQ(p.weights, P::bf16);
  EXPECT_EQ(p.activations, P::bf16);
  EXPECT_EQ(p.kv_cache, P::bf16);
}

TEST(PrecisionWords, Fp8IsEverywhereButInTheHead) {
  const PrecisionPlan p = plan("deepseek-r1", "h200", {P::fp8, P::fp8, P::fp8, {}});
  EXPECT_EQ(p.weights, P::fp8);
  EXPECT_EQ(p.activations, P::bf16);
  EXPECT_EQ(p.compute(), P::fp8);
  EXPECT_EQ(p.kv_cache, P::fp8);
  EXPECT_EQ(p.head, P::bf16);
  EXPECT_FALSE(p.experts);
  EXPECT_FALSE(p.attention);
}

TEST(PrecisionWords, Fp4MultipliesInFp4AndKeepsAttentionOfExpertModelsInBf16) {
  for (const Precision word : {P::fp4, P::nvfp4}) {
    const PrecisionPlan p = plan("deepseek-r1", "b200", {word, P::nvfp4, P::nvfp4, {}});
    EXPECT_EQ(p.weights, P::nvfp4);
    EXPECT_EQ(compute_format(p.compute()), P::fp4);
    EXPECT_EQ(p.kv_cache, P::fp8);
    EXPECT_EQ(p.attention, P::bf16);
    EXPECT_EQ(p.head, P::bf16);
  }
  EXPECT_FALSE(plan("llama-3.1-70b", "b200", {P::fp4, {}, {}, {}}).attention);
}

TEST(PrecisionWords, GptOssHasMxfp4ExpertsAlone) {
  const PrecisionWords words{P::fp4, P::nvfp4, P::nvfp4, {}};
  for (const char* hardware : {"h100", "b200"}) {
    const PrecisionPlan p = plan("gpt-oss-120b", hardware, words);
    EXPECT_EQ(p.weights, P::bf16);
    EXPECT_EQ(p.experts, P::mxfp4);
    EXPECT_EQ(p.compute(P::bf16), P::bf16);
    EXPECT_EQ(p.kv_cache, P::fp8);
  }
  // No FP4 units on Hopper: experts are widened to bf16. Blackwell multiplies them by fp8.
  EXPECT_EQ(plan("gpt-oss-120b", "h100", words).compute(P::mxfp4), P::bf16);
  EXPECT_EQ(plan("gpt-oss-120b", "b200", words).compute(P::mxfp4), P::fp8);
  EXPECT_EQ(plan("gpt-oss-120b", "b200", words).activations, P::bf16);
}

TEST(PrecisionWords, Int4IsWeightsOnly) {
  const PrecisionPlan experts = plan("kimi-k2.5", "h200", {P::int4, P::int4, P::int4, {}});
  EXPECT_EQ(experts.weights, P::bf16);
  EXPECT_EQ(experts.experts, P::int4);
  EXPECT_EQ(experts.compute(P::int4), P::bf16);
  EXPECT_EQ(experts.kv_cache, P::bf16);
  const PrecisionPlan dense = plan("llama-3.1-70b", "h200", {P::int4, {}, {}, {}});
  EXPECT_EQ(dense.weights, P::int4);
  EXPECT_EQ(dense.compute(), P::bf16);
}

TEST(PrecisionWords, PartsWithAWordOfTheirOwn) {
  const PrecisionPlan p = plan("deepseek-r1", "b200", {P::fp8, P::fp8, P::nvfp4, P::bf16});
  EXPECT_EQ(p.weights, P::fp8);
  EXPECT_EQ(p.experts, P::nvfp4);
  EXPECT_EQ(p.kv_cache, P::bf16);
}

}  // namespace
}  // namespace ridgeline::calibrate
