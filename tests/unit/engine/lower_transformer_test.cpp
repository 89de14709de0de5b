#include <gtest/gtest.h>

#include <cmath>

#include "engine/token_work.h"
#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

std::vector<Op> lowered(const Model& m, const StepShape& shape, const PrecisionPlan& plan = fp16) {
  auto ops = lower(m, shape, plan);
  EXPECT_TRUE(ops) << ops.error().message;
  return ops ? *ops : std::vector<Op>{};
}

TEST(AttentionPairs, AgreeWithCountingThem) {
  for (const unsigned window : {0u, 1u, 3u, 8u, 100u}) {
    for (unsigned past = 0; past < 12; ++past) {
      for (unsigned fresh = 1; fresh < 12; ++fresh) {
        double pairs = 0;
        for (unsigned i = 1; i <= fresh; ++i) pairs += window > 0 ? std::min(past + i, window) : past + i;
        EXPECT_EQ(engine::attention_pairs(fresh, past, true, window), pairs)
            << "window " << window << ", past " << past << ", new " << fresh;
      }
    }
  }
  EXPECT_EQ(engine::attention_pairs(7, 0, false, 0), 49);
}

TEST(LowerTransformer, ProductsOfALlamaDecodeStep) {
  const double batch = 4, context = 99, h = 4096;
  const auto ops = lowered(llama_3_8b(), StepShape::decode(4, 99));
  const Op qkv = find(ops, "qkv");
  EXPECT_EQ(qkv.count, 32);
  EXPECT_EQ(qkv.flops.value(), 2 * batch * h * (32 + 2 * 8) * 128);
  EXPECT_EQ(qkv.weights.value(), 2 * h * 48 * 128);
  EXPECT_EQ(qkv.activations.value(), 2 * batch * (h + 48 * 128));
  const Op attention = find(ops, "attention");
  EXPECT_EQ(attention.flops.value(), 4 * 128 * 32 * batch * (context + 1));
  EXPECT_EQ(attention.kv_cache.value(), 2 * batch * (context + 1) * 2 * 8 * 128);
  EXPECT_EQ(attention.activations.value(), 2 * 2 * batch * 32 * 128);
  const Op up = find(ops, "ffn_up"), down = find(ops, "ffn_down");
  EXPECT_EQ(up.flops.value(), 2 * batch * h * 2 * 14336);
  EXPECT_EQ(down.activations.value(), 2 * batch * (14336 + 2 * h));
  EXPECT_EQ(find(ops, "rope_append").kv_cache.value(), 2 * batch * 2 * 8 * 128);
  EXPECT_EQ(find(ops, "lm_head").flops.value(), 2 * batch * h * 128256);
}

TEST(LowerTransformer, HeadRunsOneRowASequence) {
  const auto ops = lowered(llama_3_8b(), StepShape::prefill(3, 50));
  EXPECT_EQ(find(ops, "lm_head").m, 3);
  EXPECT_EQ(find(ops, "qkv").m, 150);
}

TEST(LowerTransformer, GroupsAddUp) {
  // Mixed decode and prefill: tokens and pairs are the sums, weights are read once.
  const StepShape mixed{{{8, 1, 500}, {1, 64, 128}}};
  const auto both = lowered(llama_3_8b(), mixed);
  const auto first = lowered(llama_3_8b(), {{mixed.groups[0]}});
  const auto second = lowered(llama_3_8b(), {{mixed.groups[1]}});
  EXPECT_DOUBLE_EQ(sum_flops(both), sum_flops(first) + sum_flops(second));
  EXPECT_DOUBLE_EQ(sum_cache(both), sum_cache(first) + sum_cache(second));
  EXPECT_EQ(find(both, "qkv").weights, find(first, "qkv").weights);
}

TEST(LowerTransformer, MixedStepsAttendInTwoOperators) {
  const auto ops = lowered(llama_3_8b(), {{{8, 1, 500}, {1, 64, 128}}});
  const Op prefill = find(ops, "attention"), decode = find(ops, "attention_decode");
  EXPECT_EQ(decode.flops.value(), 4.0 * 128 * 32 * 8 * 501);
  EXPECT_EQ(prefill.flops.value(), 4.0 * 128 * 32 * (64 * 128 + 64 * 65 / 2));
  EXPECT_EQ(decode.batch, 8 * 8);  // sequences x key/value heads
  EXPECT_EQ(decode.m, 32 / 8);     // the heads that share keys
  EXPECT_EQ(decode.n, 501);
  EXPECT_EQ(decode.k, 128);
  EXPECT_EQ(prefill.batch, 8);
  EXPECT_EQ(prefill.m, 64 * 32 / 8);
  EXPECT_EQ(prefill.n, 128 + 65 / 2.0);
  const auto local = lowered(gemma_like(), {{{8, 1, 5000}, {1, 64, 128}}});
  EXPECT_EQ(find(local, "attention_decode_local").n, 512);
  EXPECT_EQ(find(lowered(llama_3_8b(), {{{8, 1, 500}, {2, 1, 9}}}), "attention_decode").count, 0);
}

/// Weights that a pass reads, as parameters: all of the model but rows of tables that no token asks for.
double expected_weights(const Model& m, const Transformer& t, double tokens) {
  const ParameterCount parameters = count_parameters(m);
  const double tables = 1.0 + (t.positions > 0) + (t.token_types > 0);
  const double head_again = t.lm_head && t.tied_embeddings ? 1.0 * t.vocab * t.hidden : 0;
  return parameters.total - parameters.embedding + tables * tokens * t.hidden + head_again;
}

TEST(LowerTransformer, ReadsEveryParameterOnce) {
  for (const Model& m : {llama_3_8b(), llama_3_70b(), bert_base(), gpt_j_6b(), gemma_like()}) {
    const auto& t = std::get<Transformer>(m.architecture);
    const auto ops = lowered(m, StepShape::prefill(2, 10));
    EXPECT_DOUBLE_EQ(sum_weights(ops) / 2, expected_weights(m, t, 20)) << m.id;
  }
}

TEST(LowerTransformer, EnoughTokensReadEveryExpert) {
  // With 4096 tokens the share of an expert nobody picks is (1 - k/E)^4096 < 1e-56.
  // Of 512 with 10 active (1 - 10/512)^4096 < 1e-35.
  for (const Model& m : {mixtral_8x7b(), deepseek_v3(), deepseek_v32(), qwen3_next()}) {
    const auto& t = std::get<Transformer>(m.architecture);
    const auto ops = lowered(m, StepShape::prefill(2, 2048));
    EXPECT_NEAR(sum_weights(ops) / 2 / expected_weights(m, t, 4096), 1, 1e-12) << m.id;
  }
}

TEST(LowerTransformer, OneTokenReadsItsActiveExperts) {
  const auto ops = lowered(mixtral_8x7b(), StepShape::decode(1, 0));
  EXPECT_NEAR(find(ops, "experts_down").weights.value(), 2.0 * 2 * 14336 * 4096, 1e-3);
  EXPECT_EQ(find(ops, "experts_up").flops.value(), 2.0 * 2 * 4096 * 2 * 14336);
  // Two tokens: E (1 - (1 - k/E)^2) = 8 (1 - 0.75^2) = 3.5 experts.
  const auto two = lowered(mixtral_8x7b(), StepShape::decode(2, 0));
  EXPECT_NEAR(find(two, "experts_down").weights.value(), 3.5 * 2 * 14336 * 4096, 1e-3);
}

TEST(LowerTransformer, FirstLayersStayDense) {
  const auto ops = lowered(deepseek_v3(), StepShape::decode(1, 10));
  EXPECT_EQ(find(ops, "ffn_up").count, 3);
  EXPECT_EQ(find(ops, "experts_up").count, 58);
  EXPECT_EQ(find(ops, "shared_up").count, 58);
  EXPECT_EQ(find(ops, "shared_up").n, 2 * 2048);
}

TEST(LowerTransformer, LatentAttentionKeepsLittleAndTakesTheCheaperForm) {
  const double heads = 128, latent = 512, rope = 64, nope = 128, v = 128, past = 1000;
  const auto decode = lowered(deepseek_v3(), StepShape::decode(1, 1000));
  const Op attention = find(decode, "attention");
  EXPECT_EQ(attention.kv_cache.value(), 2 * (past + 1) * (latent + rope));
  EXPECT_EQ(attention.flops.value(), heads * 2 * (past + 1) * (2 * latent + rope));
  const auto prefill = lowered(deepseek_v3(), StepShape::prefill(1, 1000));
  EXPECT_EQ(find(prefill, "attention").flops.value(), heads * 2 * (1000 * 1001 / 2) * (nope + rope + v));
}

TEST(LowerTransformer, SlidingWindowsCapWhatLocalLayersSee) {
  const auto ops = lowered(gemma_like(), StepShape::decode(1, 9999));
  EXPECT_EQ(find(ops, "attention").count, 4);  // layers 6, 12, 18, 24 of 26
  EXPECT_EQ(find(ops, "attention_local").count, 22);
  EXPECT_EQ(find(ops, "attention").flops.value(), 4.0 * 256 * 4 * 10000);
  EXPECT_EQ(find(ops, "attention_local").flops.value(), 4.0 * 256 * 4 * 512);
  EXPECT_EQ(find(ops, "attention_local").kv_cache.value(), 2.0 * 2 * 1 * 256 * 512);
}

TEST(LowerTransformer, EncoderSeesBothWaysAndKeepsNoCache) {
  const auto ops = lowered(bert_base(), StepShape::prefill(2, 128));
  EXPECT_EQ(find(ops, "attention").flops.value(), 4.0 * 64 * 12 * 2 * 128 * 128);
  EXPECT_EQ(find(ops, "attention").activations.value(), 2.0 * 4 * 256 * 768);
  EXPECT_EQ(sum_cache(ops), 0);
  EXPECT_EQ(find(ops, "rope_append").count, 0);
  EXPECT_EQ(find(ops, "attn_norm").count, 0);
  EXPECT_EQ(find(ops, "pooler").m, 2);
}

TEST(LowerTransformer, ImagesAreTheirPatches) {
  const auto ops = lowered(vit_b_16(), StepShape::samples(8));
  EXPECT_EQ(find(ops, "qkv").m, 8 * 197);
  EXPECT_EQ(find(ops, "patch_embed").flops.value(), 2.0 * 8 * 196 * 768 * 768);
  EXPECT_EQ(find(ops, "attention").flops.value(), 4.0 * 64 * 12 * 8 * 197 * 197);
  EXPECT_EQ(find(ops, "classifier").n, 1000);
}

TEST(LowerTransformer, ParallelLayersHaveOneNorm) {
  const auto ops = lowered(gpt_j_6b(), StepShape::decode(1, 0));
  EXPECT_EQ(find(ops, "attn_norm").count, 28);
  EXPECT_EQ(find(ops, "ffn_norm").count, 0);
  EXPECT_EQ(find(ops, "ffn_act").count, 0);
}

TEST(LowerTransformer, FormatsScaleTheirOwnBytesOnly) {
  const PrecisionPlan plan{Precision::int4, Precision::fp16, Precision::fp8};
  const auto narrow = lowered(llama_3_8b(), StepShape::decode(1, 100), plan);
  const auto wide = lowered(llama_3_8b(), StepShape::decode(1, 100));
  const double int4 = 0.5 + 2.0 / 128;  // an fp16 scale for 128 values
  EXPECT_DOUBLE_EQ(sum_weights(narrow), sum_weights(wide) * int4 / 2);
  EXPECT_DOUBLE_EQ(sum_cache(narrow), sum_cache(wide) / 2);
  EXPECT_EQ(find(narrow, "qkv").activations, find(wide, "qkv").activations);
}

TEST(LowerTransformer, RefusesStepsThatMakeNoSense) {
  const auto refused = [](const Model& m, const StepShape& shape) {
    const auto ops = lower(m, shape, fp16);
    return ops ? std::string() : ops.error().message;
  };
  EXPECT_EQ(refused(llama_3_8b(), {}), "llama-3-8b: a step needs at least one group of sequences");
  EXPECT_EQ(refused(llama_3_8b(), {{{0, 1, 0}}}), "llama-3-8b: a group needs at least one sequence");
  EXPECT_EQ(refused(llama_3_8b(), {{{1, 0, 5}}}), "llama-3-8b: a group needs at least one new token");
  EXPECT_EQ(refused(bert_base(), StepShape::prefill(1, 513)),
            "bert-base: a context of 513 tokens is more than its 512 learned positions");
  EXPECT_EQ(refused(bert_base(), StepShape::decode(1, 5)),
            "bert-base: is an encoder and keeps no past tokens (got 5)");
  EXPECT_EQ(refused(vit_b_16(), StepShape::prefill(1, 3)),
            "vit-b-16: takes images, one a sequence, not 3 new tokens");
  EXPECT_EQ(refused(small_conv_net(), StepShape::decode(1, 7)),
            "small-conv-net: has no tokens: a step is a number of samples, not 1 new after 7 past tokens");
}

}  // namespace
}  // namespace ridgeline
