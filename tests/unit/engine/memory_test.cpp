// What a device of a deployment must hold: docs/lowering.md, Memory.

#include "engine/memory.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

constexpr Bytes capacity{80e9};

Footprint needed(const Model& m, const Parallelism& devices, const MemoryDemand& demand,
                 const PrecisionPlan& plan = fp16) {
  auto need = footprint(m, plan, devices, demand, capacity);
  EXPECT_TRUE(need) << need.error().message;
  return need ? *need : Footprint{};
}

TEST(Memory, OneDeviceHoldsAllParameters) {
  for (const Model& m : all_models()) {
    const auto parameters = count_parameters(m);
    const auto* t = std::get_if<Transformer>(&m.architecture);
    // A class token is a weight, and none of the catalog's parameters.
    const double class_token = t != nullptr && t->patch_inputs > 0 ? t->hidden : 0.0;
    EXPECT_EQ(engine::weight_bytes(m, parameters, fp16, {}).value(), 2 * (parameters.total + class_token))
        << m.id;
  }
}

TEST(Memory, TensorRanksCopyOnlyNorms) {
  const Model m = llama_3_70b();
  const double all = 2 * count_parameters(m).total, norms = 2 * (2 * 80 + 1) * 8192.0;
  const Footprint one = needed(m, {}, {.sequences = 8, .context = 1000});
  const Footprint share = needed(m, {.tensor = 8}, {.sequences = 8, .context = 1000});
  EXPECT_NEAR(8 * share.weights.value(), all + 7 * norms, 1);
  EXPECT_NEAR(8 * share.kv_cache.value(), one.kv_cache.value(), 1e-3);
  EXPECT_EQ(one.kv_cache.value(), 8 * 1000 * 80 * 2 * 8 * 128 * 2.0);
  EXPECT_EQ(one.missing(), one.total() - capacity);
  EXPECT_EQ(share.missing(), Bytes(0));
}

TEST(Memory, ExpertsAreDividedAndAttentionIsCopiedOverDataRanks) {
  const Model m = deepseek_v3();
  const double routed = 58.0 * 256 * 3 * 7168 * 2048, total = count_parameters(m).total;
  const Footprint share = needed(m, {.data = 32, .expert = 32}, {.sequences = 100, .context = 4096},
                                 PrecisionPlan::uniform(Precision::fp8));
  EXPECT_NEAR(share.weights.value(), total - routed + routed / 32, 1e3);
  EXPECT_NEAR(share.kv_cache.value(), 4 * 4096.0 * 61 * (512 + 64), 1e-3);  // ceil(100 / 32) sequences
  // Tensor ranks keep the whole latent cache each.
  const Footprint tp = needed(m, {.tensor = 8, .expert = 8}, {.sequences = 4, .context = 4096});
  EXPECT_EQ(tp.kv_cache.value(), 2 * 4 * 4096.0 * 61 * (512 + 64));
}

TEST(Memory, FirstAndLastStageHoldTheTables) {
  const Model m = llama_3_70b();
  const double table = 128256.0 * 8192, layers = count_parameters(m).total - 2 * table - 8192;
  const Footprint share = needed(m, {.pipeline = 4}, {.sequences = 1, .context = 100});
  EXPECT_NEAR(share.weights.value(), 2 * (layers / 4 + table + 8192), 1);
  EXPECT_EQ(share.kv_cache.value(), 2 * 100 * 20 * 2 * 8 * 128.0);
  const Footprint uneven = needed(m, {.pipeline = 3}, {.sequences = 1, .context = 100});
  EXPECT_NEAR(uneven.kv_cache.value(), 2 * 100 * 27 * 2 * 8 * 128.0, 1e-3);  // ceil(80 / 3) layers
}

TEST(Memory, PartsTakeTheirOwnFormats) {
  const Model m = mixtral_8x7b();
  const double routed = 32.0 * 8 * 3 * 4096 * 14336, tables = 2.0 * 32000 * 4096;
  const double attention = 32.0 * 4096 * 128 * (32 + 2 * 8 + 32), total = count_parameters(m).total;
  PrecisionPlan plan{Precision::fp8, Precision::fp16, Precision::fp8};
  plan.experts = Precision::mxfp4;
  plan.attention = plan.head = Precision::bf16;
  const double expected = routed * 0.53125 + 2 * (attention + tables) + (total - routed - attention - tables);
  EXPECT_NEAR(needed(m, {}, {.context = 1}, plan).weights.value(), expected, 1);
  Model mamba = mamba_130m();
  PrecisionPlan head{Precision::fp8, Precision::fp16, Precision::fp16};
  head.head = Precision::fp16;
  EXPECT_NEAR(needed(mamba, {}, {.context = 1}, head).weights.value(),
              count_parameters(mamba).total + 50280.0 * 768, 1);
}

TEST(Memory, ActivationsGrowWithTheChunk) {
  const Model m = llama_3_70b();
  const auto activations = [&](std::uint32_t chunk) {
    return needed(m, {.tensor = 8}, {.sequences = 1, .context = 4096, .chunk_tokens = chunk})
        .activations.value();
  };
  // ffn_down: its input on one rank, its output and the residual.
  EXPECT_EQ(activations(8192), 2 * 8192 * (28672.0 / 8 + 2 * 8192));
  EXPECT_EQ(activations(5000), activations(10000) / 2);
  EXPECT_LT(activations(0), activations(512));
}

TEST(Memory, StatesOfLinearLayersDoNotGrow) {
  const double state = 36 * (32 * 128 * 128 + (2 * 16 * 128 + 32 * 128) * 3.0);
  for (const std::uint32_t context : {1000u, 100000u}) {
    const Footprint need = needed(qwen3_next(), {}, {.sequences = 3, .context = context});
    EXPECT_EQ(need.kv_cache.value(), 2 * 3 * (state + context * 12.0 * 2 * 2 * 256));
  }
  const Footprint sparse = needed(deepseek_v32(), {}, {.sequences = 1, .context = 1000});
  EXPECT_EQ(sparse.kv_cache.value(), 2 * 1000 * 61 * (512 + 64 + 128.0));
}

TEST(Memory, LargestBatchFitsAndOneMoreDoesNot) {
  const MemoryDemand demand{.context = 3000, .chunk_tokens = 8192, .runtime = Bytes(5e9)};
  const std::pair<Model, Parallelism> deployments[] = {{llama_3_8b(), {}},
                                                       {llama_3_70b(), {.tensor = 8}},
                                                       {gemma_like(), {.tensor = 2}},
                                                       {mixtral_8x7b(), {.data = 4, .expert = 4}},
                                                       {whisper_tiny(), {}}};
  for (const auto& [m, devices] : deployments) {
    MemoryDemand one = demand;
    if (m.id == "whisper-tiny") one.context = one.chunk_tokens = 448;
    const auto batch = largest_batch(m, fp16, devices, one, capacity);
    ASSERT_TRUE(batch) << batch.error().message;
    ASSERT_GT(*batch, 0u) << m.id;
    one.sequences = *batch;
    EXPECT_TRUE(needed(m, devices, one).fits()) << m.id;
    ++one.sequences;
    EXPECT_FALSE(needed(m, devices, one).fits()) << m.id;
  }
  // By hand: 131072 B of cache a token; the chunk's ffn_up holds the most activations.
  const double chunk = 2 * 8192 * (4096 + 2 * 14336.0), left = 80e9 - 5e9 - 2 * 8030261248.0 - chunk;
  EXPECT_EQ(*largest_batch(llama_3_8b(), fp16, {}, demand, capacity),
            static_cast<std::uint32_t>(left / (3000 * 131072.0)));
  EXPECT_EQ(*largest_batch(llama_3_70b(), fp16, {}, demand, capacity), 0u);
}

TEST(Memory, RefusesWhatMakesNoSense) {
  EXPECT_EQ(footprint(llama_3_8b(), fp16, {}, {}, capacity).error().message,
            "memory: llama-3-8b needs a context of 1 token or more");
  EXPECT_FALSE(footprint(llama_3_8b(), fp16, {.tensor = 3}, {.context = 1}, capacity));
  EXPECT_FALSE(footprint(bert_base(), fp16, {}, {.context = 513}, capacity));
  EXPECT_TRUE(footprint(small_conv_net(), fp16, {}, {.sequences = 4}, capacity));
}

}  // namespace
}  // namespace ridgeline
