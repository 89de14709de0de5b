// Linear and sparse attention, output gates, and formats of parts.

#include <gtest/gtest.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

std::vector<Op> lowered(const Model& m, const StepShape& shape, const PrecisionPlan& plan = fp16,
                        const Parallelism& devices = {}) {
  auto ops = lower(m, shape, plan, devices);
  EXPECT_TRUE(ops) << ops.error().message;
  return ops ? *ops : std::vector<Op>{};
}

TEST(LowerLinearAttention, DecodeReadsAndWritesAFixedState) {
  const double batch = 4, heads = 32, key = 128, value = 128, mixed = 2 * 16 * 128 + 32 * 128;
  const auto ops = lowered(qwen3_next(), StepShape::decode(4, 1000));
  const auto later = lowered(qwen3_next(), StepShape::decode(4, 100000));
  const Op rule = find(ops, "linear_attention");
  EXPECT_EQ(rule.count, 36);
  EXPECT_EQ(find(ops, "attention").count, 12);
  EXPECT_EQ(rule.flops.value(), batch * heads * 6 * key * value);
  EXPECT_EQ(rule.kv_cache.value(), 2 * 2 * batch * heads * key * value);  // fp16, read and written
  EXPECT_EQ(find(later, "linear_attention").kv_cache, rule.kv_cache);
  EXPECT_EQ(find(ops, "linear_conv").kv_cache.value(), 2 * 2 * batch * mixed * 3);
  EXPECT_EQ(find(ops, "linear_conv").flops.value(), 2 * batch * mixed * 4);
  EXPECT_EQ(find(ops, "linear_qkvz").n, mixed + 32 * 128);
  EXPECT_EQ(find(ops, "linear_out").k, 32 * 128);
}

TEST(LowerLinearAttention, PrefillWorksInChunks) {
  // A chunk of C tokens and one value head: K K^T, Q K^T and the inverse times K, each 2 C C D_k; the inverse
  // times V and the scores times V, each 2 C C D_v; three products with the state, each 2 C D_k D_v.
  const double c = 64, k = 128, v = 128, chunks = 512 / c;
  const double chunk = 3 * 2 * c * c * k + 2 * 2 * c * c * v + 3 * 2 * c * k * v;
  const auto ops = lowered(qwen3_next(), StepShape::prefill(2, 512));
  EXPECT_EQ(find(ops, "linear_attention").flops.value(), 2 * 32 * chunks * chunk);
  EXPECT_EQ(find(ops, "linear_attention").kv_cache.value(), 2.0 * 2 * 32 * k * v);  // written only
}

TEST(LowerLinearAttention, HeadsAreDividedOverTensorRanks) {
  const auto one = lowered(qwen3_next(), StepShape::decode(4, 1000));
  const auto two = lowered(qwen3_next(), StepShape::decode(4, 1000), fp16, {.tensor = 2, .expert = 2});
  for (const std::string_view name :
       {"linear_qkvz", "linear_ba", "linear_conv", "linear_attention", "linear_out"}) {
    EXPECT_EQ(find(two, name).flops.value(), find(one, name).flops.value() / 2) << name;
    EXPECT_EQ(find(two, name).kv_cache.value(), find(one, name).kv_cache.value() / 2) << name;
    EXPECT_EQ(find(two, name).weights.value(), find(one, name).weights.value() / 2) << name;
  }
  EXPECT_EQ(find(two, "attn_all_reduce").count, 48);
}

TEST(LowerTransformer, OutputGateDoublesTheQueries) {
  const auto ops = lowered(qwen3_next(), StepShape::decode(4, 1000));
  EXPECT_EQ(find(ops, "qkv").n, (2 * 16 + 2 * 2) * 256);
  EXPECT_EQ(find(ops, "attn_gate").activations.value(), 2.0 * 3 * 4 * 16 * 256);
  EXPECT_EQ(find(ops, "attn_out").k, 16 * 256);
}

TEST(LowerSparseAttention, QueriesSeeWhatTheIndexerKeeps) {
  const double past = 9999, all = 10000, kept = 2048;
  const auto ops = lowered(deepseek_v32(), StepShape::decode(3, 9999));
  const Op attention = find(ops, "attention"), scores = find(ops, "index_scores");
  EXPECT_EQ(attention.flops.value(), 3 * 128 * 2 * kept * (2 * 512 + 64));
  EXPECT_EQ(attention.kv_cache.value(), 2 * 3 * kept * (512 + 64));
  EXPECT_EQ(attention.n, kept);
  EXPECT_EQ(scores.flops.value(), 3 * 2 * 64 * 128 * (past + 1));
  EXPECT_EQ(scores.kv_cache.value(), 2 * 3 * all * 128);
  EXPECT_EQ(find(ops, "index_append").kv_cache.value(), 2.0 * 3 * 128);
  EXPECT_EQ(find(ops, "index_q").k, 1536);
  // Every tensor rank scores for itself.
  const auto share = lowered(deepseek_v32(), StepShape::decode(3, 9999), fp16, {.tensor = 8, .expert = 8});
  EXPECT_EQ(find(share, "index_scores").flops, scores.flops);
  EXPECT_EQ(find(share, "attention").flops.value(), attention.flops.value() / 8);
}

TEST(LowerSparseAttention, ShortContextsAttendAsIfDense) {
  for (const StepShape& shape : {StepShape::decode(2, 2047), StepShape::prefill(2, 2048)}) {
    const Op sparse = find(lowered(deepseek_v32(), shape), "attention");
    const Op dense = find(lowered(deepseek_v3(), shape), "attention");
    EXPECT_EQ(sparse.flops, dense.flops);
    EXPECT_EQ(sparse.kv_cache, dense.kv_cache);
  }
  // Query i of a long prompt sees min(i, 2048) tokens, in the latent space.
  const double n = 4096, kept = 2048, pairs = kept * (kept + 1) / 2 + (n - kept) * kept;
  const Op sparse = find(lowered(deepseek_v32(), StepShape::prefill(1, 4096)), "attention");
  EXPECT_EQ(sparse.flops.value(), 128 * 2 * pairs * (2 * 512 + 64));
  EXPECT_EQ(sparse.kv_cache.value(), 2 * n * (512 + 64));  // together the queries read every token
}

TEST(PrecisionPlan, PartsHaveFormatsOfTheirOwn) {
  PrecisionPlan plan{Precision::nvfp4, Precision::nvfp4, Precision::fp8};
  plan.experts = Precision::mxfp4;
  plan.attention = Precision::bf16;
  plan.head = Precision::fp16;
  const auto own = lowered(mixtral_8x7b(), StepShape::decode(4, 9), plan);
  const auto wide = lowered(mixtral_8x7b(), StepShape::decode(4, 9));
  const auto expect = [&](std::string_view name, Precision product, double bytes) {
    EXPECT_EQ(find(own, name).format, product) << name;
    EXPECT_DOUBLE_EQ(find(own, name).weights.value(), find(wide, name).weights.value() / 2 * bytes) << name;
  };
  expect("qkv", Precision::bf16, 2);
  expect("attn_out", Precision::bf16, 2);
  expect("attention", Precision::bf16, 0);
  expect("lm_head", Precision::fp16, 2);
  expect("embed", Precision::fp16, 2);
  expect("router", Precision::nvfp4, 0.5625);
  expect("experts_up", Precision::nvfp4, 0.53125);  // the activations are the wider
}

TEST(PrecisionPlan, ProductsOfActivationsNeverComputeInTheWeightsFormat) {
  const PrecisionPlan w4a16{Precision::int4, Precision::bf16, Precision::fp8};
  const auto ops = lowered(llama_3_8b(), StepShape::decode(1, 9), w4a16);
  EXPECT_EQ(find(ops, "attention").format, Precision::bf16);
  EXPECT_EQ(find(ops, "qkv").format, Precision::bf16);
  const PrecisionPlan w16a8{Precision::fp16, Precision::fp8, Precision::fp8};
  const auto narrow = lowered(llama_3_8b(), StepShape::decode(1, 9), w16a8);
  EXPECT_EQ(find(narrow, "attention").format, Precision::fp8);
  EXPECT_EQ(find(narrow, "qkv").format, Precision::fp16);
}

}  // namespace
}  // namespace ridgeline
