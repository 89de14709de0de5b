// What one device of several has to do: docs/lowering.md, Parallelism.

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "engine/token_work.h"
#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

std::vector<Op> lowered(const Model& m, const StepShape& shape, const Parallelism& devices,
                        double imbalance = 1) {
  auto ops = lower(m, shape, fp16, devices, imbalance);
  EXPECT_TRUE(ops) << ops.error().message;
  return ops ? *ops : std::vector<Op>{};
}
Parallelism tensor(unsigned n) { return {.tensor = n}; }
Parallelism expert_tensor(unsigned n) { return {.tensor = n, .expert_tensor = n}; }

TEST(LowerParallel, EightTensorRanksTogetherDoTheWholeWork) {
  const StepShape shape = StepShape::decode(16, 999);
  const auto one = lowered(llama_3_70b(), shape, {}), share = lowered(llama_3_70b(), shape, tensor(8));
  EXPECT_NEAR(8 * sum_flops(share) / sum_flops(one), 1, 1e-12);
  EXPECT_NEAR(8 * sum_cache(share) / sum_cache(one), 1, 1e-12);
  // Two norms a layer and the last one are whole on every rank.
  const double norms = 2 * (2 * 80 + 1) * 8192.0;
  EXPECT_NEAR(8 * sum_weights(share), sum_weights(one) + 7 * norms, 1);
  EXPECT_EQ(find(share, "qkv").n, (64 + 2 * 8) * 128 / 8);
  EXPECT_EQ(find(share, "attn_out").k, 64 * 128 / 8);
  EXPECT_EQ(find(share, "ffn_up").n, 2 * 28672 / 8);
  EXPECT_EQ(find(share, "ffn_down").k, 28672 / 8);
}

TEST(LowerParallel, RowParallelProductsEndInAnAllReduce) {
  const auto ops = lowered(llama_3_70b(), StepShape::prefill(3, 50), tensor(8));
  for (const std::string_view name : {"attn_all_reduce", "ffn_all_reduce", "embed_all_reduce"}) {
    const Op op = find(ops, name);
    EXPECT_EQ(op.count, name == "embed_all_reduce" ? 1 : 80) << name;
    EXPECT_EQ(op.kind, OpClass::collective);
    EXPECT_EQ(op.collective, Collective::all_reduce);
    EXPECT_EQ(op.peers, 8u);
    EXPECT_EQ(op.wire.value(), 2.0 * 150 * 8192);
    EXPECT_EQ(wire_bytes(op).value(), 2 * 7.0 / 8 * 2 * 150 * 8192);
    EXPECT_EQ(op.bytes(), Bytes(0));
    EXPECT_EQ(op.flops, Flops(0));
  }
  const Op logits = find(ops, "logits_all_gather");
  EXPECT_EQ(logits.collective, Collective::all_gather);
  EXPECT_EQ(wire_bytes(logits).value(), 7.0 / 8 * 2 * 3 * 128256);
  EXPECT_EQ(find(ops, "lm_head").n, 128256.0 / 8);
  for (const Op& op : lowered(llama_3_70b(), StepShape::prefill(3, 50), {})) {
    EXPECT_NE(op.kind, OpClass::collective) << op.name;
  }
}

TEST(LowerParallel, KeyValueHeadsAreCopiedWhereThereAreFewer) {
  const auto eight = lowered(llama_3_70b(), StepShape::decode(4, 99), tensor(8));
  const auto sixteen = lowered(llama_3_70b(), StepShape::decode(4, 99), tensor(16));
  EXPECT_EQ(find(sixteen, "attention").kv_cache, find(eight, "attention").kv_cache);  // one head each
  EXPECT_EQ(find(sixteen, "attention").flops.value(), find(eight, "attention").flops.value() / 2);
  EXPECT_EQ(find(sixteen, "qkv").n, (64 / 16 + 2) * 128);
  EXPECT_EQ(find(sixteen, "attention").m, 64 / 16);
}

TEST(LowerParallel, LatentCacheIsWholeOnEveryTensorRank) {
  const StepShape shape = StepShape::decode(4, 999);
  const auto one = lowered(deepseek_v3(), shape, {}), share = lowered(deepseek_v3(), shape, expert_tensor(8));
  for (const std::string_view name : {"q_up", "kv_up", "attention", "attn_out"}) {
    EXPECT_DOUBLE_EQ(find(share, name).flops.value(), find(one, name).flops.value() / 8) << name;
  }
  for (const std::string_view name : {"q_down", "kv_down"}) {
    EXPECT_EQ(find(share, name).flops, find(one, name).flops) << name;
  }
  EXPECT_EQ(sum_cache(share), sum_cache(one));
}

TEST(LowerParallel, BusiestDataRankHasTheRoundedUpShare) {
  const Parallelism dp8{.data = 8, .expert = 8};
  const auto ops = lowered(deepseek_v3(), StepShape::decode(10, 99), dp8);
  EXPECT_DOUBLE_EQ(find(ops, "q_down").m, 2);  // ceil(10 / 8)
  EXPECT_EQ(find(ops, "q_down").weights.value(), 2.0 * 7168 * 1536);
  EXPECT_EQ(find(ops, "shared_up").n, 2 * 2048);  // divided over tensor only
  // One prompt beside 16 decoding sequences of two lengths: the rank with the prompt decodes two.
  const auto mixed = lowered(deepseek_v3(), {{{8, 1, 99}, {8, 1, 199}, {1, 512, 0}}}, dp8);
  EXPECT_DOUBLE_EQ(find(mixed, "q_down").m, 512 + 2);
  EXPECT_DOUBLE_EQ(find(mixed, "attention_decode").n, 150);
  EXPECT_DOUBLE_EQ(find(mixed, "lm_head").m, 3);
}

TEST(LowerParallel, DistinctRanksOfATokenAgreeWithCountingThem) {
  // Every choice of 2 and of 3 out of 6 experts, two on each of 3 ranks.
  double pairs = 0, ranks_of_pairs = 0, triples = 0, ranks_of_triples = 0;
  for (int a = 0; a < 6; ++a) {
    for (int b = a + 1; b < 6; ++b) {
      pairs += 1;
      ranks_of_pairs += static_cast<double>(std::set<int>{a / 2, b / 2}.size());
      for (int c = b + 1; c < 6; ++c) {
        triples += 1;
        ranks_of_triples += static_cast<double>(std::set<int>{a / 2, b / 2, c / 2}.size());
      }
    }
  }
  EXPECT_DOUBLE_EQ(engine::touched_ranks(6, 2, 3), ranks_of_pairs / pairs);
  EXPECT_DOUBLE_EQ(engine::touched_ranks(6, 3, 3), ranks_of_triples / triples);
  EXPECT_EQ(engine::touched_ranks(8, 3, 1), 1);
  EXPECT_DOUBLE_EQ(engine::touched_ranks(8, 3, 8), 3);  // one expert a rank
}

TEST(LowerParallel, ExpertRanksComputeTheirExpertsForAllTokens) {
  const Parallelism ep32{.data = 32, .expert = 32};
  const double tokens = 256, experts = 256, active = 8, hidden = 7168;
  const auto ops = lowered(deepseek_v3(), StepShape::decode(256, 99), ep32);
  const Op up = find(ops, "experts_up");
  EXPECT_EQ(up.kind, OpClass::experts);
  EXPECT_NEAR(up.batch, experts / 32 * (1 - std::pow(1 - active / experts, tokens)), 1e-9);
  EXPECT_NEAR(up.batch * up.m, tokens * active / 32, 1e-9);
  EXPECT_NEAR(up.flops.value(), 2 * tokens * active / 32 * hidden * 2 * 2048, 1);
  EXPECT_NEAR(up.weights.value(), up.batch * 2 * 2 * 2048 * hidden, 1);
  EXPECT_EQ(find(ops, "router").m, 8);  // its own tokens

  const double ranks = engine::touched_ranks(256, 8, 32);
  for (const std::string_view name : {"experts_dispatch", "experts_combine"}) {
    const Op op = find(ops, name);
    EXPECT_EQ(op.collective, Collective::all_to_all);
    EXPECT_EQ(op.count, 58);
    EXPECT_EQ(op.peers, 32u);
    EXPECT_NEAR(op.wire.value(), 2 * 8 * ranks * hidden, 1e-3) << name;
  }
  EXPECT_EQ(find(ops, "ffn_all_reduce").count, 0);
  EXPECT_EQ(find(ops, "experts_all_reduce").count, 0);
}

TEST(LowerParallel, TensorRanksHoldAllTokensAndNeedOneAllReduce) {
  for (const Parallelism devices : {Parallelism{.tensor = 8, .expert = 8}, expert_tensor(8),
                                    Parallelism{.tensor = 8, .expert = 4, .expert_tensor = 2}}) {
    const auto ops = lowered(deepseek_v3(), StepShape::decode(64, 99), devices);
    EXPECT_EQ(find(ops, "ffn_all_reduce").count, 61);
    EXPECT_EQ(find(ops, "ffn_all_reduce").wire.value(), 2.0 * 64 * 7168);
    EXPECT_EQ(find(ops, "experts_dispatch").count + find(ops, "experts_gather").count, 0);
    const double parts = devices.expert_tensor;
    EXPECT_EQ(find(ops, "experts_up").n, 2 * 2048 / parts);
    EXPECT_NEAR(find(ops, "experts_down").flops.value(), 2.0 * 64 * 8 * 7168 * 2048 / 8, 1);
  }
}

TEST(LowerParallel, DataRanksWithoutExpertRanksGatherAllTokens) {
  const auto ops = lowered(mixtral_8x7b(), StepShape::decode(64, 99), {.data = 4, .expert_tensor = 4});
  EXPECT_EQ(find(ops, "experts_gather").collective, Collective::all_gather);
  EXPECT_EQ(find(ops, "experts_scatter").collective, Collective::reduce_scatter);
  EXPECT_EQ(find(ops, "experts_gather").wire.value(), 2.0 * 64 * 4096);
  EXPECT_EQ(find(ops, "experts_scatter").wire, find(ops, "experts_gather").wire);
  EXPECT_EQ(find(ops, "experts_up").flops.value(), 2.0 * 64 * 2 * 4096 * 2 * 14336 / 4);
}

TEST(LowerParallel, TensorRanksInsideExpertGroupsAddUpAndTokensReturnOnce) {
  const Parallelism devices{.tensor = 2, .data = 4, .expert = 4, .expert_tensor = 2};
  const auto ops = lowered(mixtral_8x7b(), StepShape::decode(64, 99), devices);
  const double ranks = engine::touched_ranks(8, 2, 4), own = 64.0 / 4 / 2;
  // Both ranks of a group need the token; the group's tokens are all that some expert of it serves.
  EXPECT_NEAR(find(ops, "experts_dispatch").wire.value(), 2 * own * ranks * 2 * 4096, 1e-6);
  EXPECT_EQ(find(ops, "experts_all_reduce").peers, 2u);
  EXPECT_NEAR(find(ops, "experts_all_reduce").wire.value(), 2 * 64 * ranks / 4 * 4096, 1e-6);
  EXPECT_NEAR(find(ops, "experts_combine").wire.value(), 2 * own * ranks * 4096, 1e-6);
  // No shared expert to add up: the tensor ranks only exchange their halves of the tokens.
  EXPECT_EQ(find(ops, "experts_all_gather").count, 32);
  EXPECT_EQ(find(ops, "experts_all_gather").wire.value(), 2.0 * 16 * 4096);
  EXPECT_EQ(find(ops, "ffn_all_reduce").count, 0);
}

TEST(LowerParallel, ImbalanceLoadsTheBusiestExpertsUpToAllTokens) {
  const Parallelism ep8{.data = 8, .expert = 8};
  const StepShape shape = StepShape::decode(64, 99);
  const Op even = find(lowered(mixtral_8x7b(), shape, ep8), "experts_up");
  const Op uneven = find(lowered(mixtral_8x7b(), shape, ep8, 1.5), "experts_up");
  EXPECT_DOUBLE_EQ(uneven.flops.value(), 1.5 * even.flops.value());
  EXPECT_EQ(uneven.weights, even.weights);
  // One expert a rank: it cannot have more rows than there are tokens.
  EXPECT_DOUBLE_EQ(find(lowered(mixtral_8x7b(), shape, ep8, 100), "experts_up").m * even.batch, 64);
  EXPECT_DOUBLE_EQ(find(lowered(mixtral_8x7b(), shape, {}, 1.5), "experts_up").flops.value(),
                   8 * even.flops.value());
  EXPECT_FALSE(lower(mixtral_8x7b(), shape, fp16, ep8, 0.9));
}

TEST(LowerParallel, PipelineStagesPassActivationsOn) {
  const auto ops = lowered(llama_3_70b(), StepShape::decode(16, 99), {.pipeline = 4});
  const Op send = find(ops, "pipeline_send");
  EXPECT_EQ(send.count, 3);
  EXPECT_EQ(send.collective, Collective::point_to_point);
  EXPECT_EQ(wire_bytes(send).value(), 2.0 * 16 * 8192);
  EXPECT_EQ(sum_flops(ops), sum_flops(lowered(llama_3_70b(), StepShape::decode(16, 99), {})));
}

/// Work that every tensor rank repeats, by design.
bool is_repeated(std::string_view name) {
  static const std::set<std::string_view> names{"router",  "q_down",  "kv_down",      "q",
                                                "index_q", "index_k", "index_scores", "pooler"};
  return names.count(name) > 0;
}
double divided_flops(const std::vector<Op>& ops) {
  double sum = 0;
  for (const Op& op : ops) sum += is_repeated(op.name) ? 0 : op.flops.value() * op.count;
  return sum;
}

TEST(LowerParallel, AllDevicesTogetherDoTheWholeWork) {
  RandomStream random(5, "parallel");
  const auto one_of = [&](std::initializer_list<unsigned> values) {
    return *(values.begin() + random.below(values.size()));
  };
  for (int trial = 0; trial < 300; ++trial) {
    for (const Model& m : {llama_3_70b(), deepseek_v3(), deepseek_v32(), qwen3_next(), mixtral_8x7b()}) {
      const auto& t = std::get<Transformer>(m.architecture);
      Parallelism p{.tensor = one_of({1, 2}), .data = one_of({1, 2, 4})};
      if (t.moe) {
        p.expert = std::min(p.tensor * p.data, one_of({1, 2, 4, 8}));
        p.expert_tensor = p.tensor * p.data / p.expert;
      }
      const std::uint32_t sequences = p.data * (1 + static_cast<std::uint32_t>(random.below(40)));
      const StepShape shape =
          random.below(2) == 0 ? StepShape::decode(sequences, 3000) : StepShape::prefill(sequences, 100);
      const double whole = divided_flops(lowered(m, shape, {})), share = divided_flops(lowered(m, shape, p));
      EXPECT_NEAR(share * p.devices() / whole, 1, 1e-9)
          << m.id << " tensor " << p.tensor << " data " << p.data << " expert " << p.expert;
    }
  }
}

TEST(CheckParallelism, SaysWhatWouldBeRight) {
  const auto refused = [](const Parallelism& p, const Model& m) {
    const Status status = check(p, m);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(refused({.tensor = 0}, llama_3_8b()), "parallelism: tensor is 0, and must be 1 or more");
  EXPECT_EQ(refused({.tensor = 3}, llama_3_8b()),
            "parallelism: tensor is 3, and must divide the 32 heads of llama-3-8b");
  EXPECT_EQ(refused({.pipeline = 33}, llama_3_8b()),
            "parallelism: pipeline is 33, and must be at most the 32 layers of llama-3-8b");
  EXPECT_EQ(refused({.expert = 2}, llama_3_8b()),
            "parallelism: llama-3-8b has no experts, so expert and expert_tensor must be 1, not 2 and 1");
  EXPECT_EQ(refused({.tensor = 8, .expert = 4}, deepseek_v3()),
            "parallelism: expert x expert_tensor is 4 x 1, and must be tensor x data = 8 x 1");
  EXPECT_EQ(refused({.data = 3, .expert = 3}, deepseek_v3()),
            "parallelism: expert is 3, and must divide the 256 experts of deepseek-v3");
  EXPECT_EQ(refused({.data = 2}, small_conv_net()),
            "parallelism: small-conv-net is not a stack of transformer layers and runs on 1 device, not 2; "
            "multiply replicas instead");
  Model odd = llama_3_8b();
  std::get<Transformer>(odd.architecture).kv_heads = 12;
  std::get<Transformer>(odd.architecture).heads = 48;
  EXPECT_EQ(refused({.tensor = 16}, odd),
            "parallelism: tensor is 16, and must divide the 12 kv_heads of llama-3-8b or be a multiple");
  EXPECT_EQ(refused({.tensor = 32}, qwen3_next()),
            "parallelism: tensor is 32, and must divide the 16 heads of qwen3-next");
  EXPECT_TRUE(check({.tensor = 8, .pipeline = 2, .data = 4, .expert = 32}, deepseek_v3()));
  EXPECT_TRUE(check({}, small_conv_net()));
  EXPECT_FALSE(lower(llama_3_8b(), StepShape::decode(1, 0), fp16, {.tensor = 3}));
}

}  // namespace
}  // namespace ridgeline
