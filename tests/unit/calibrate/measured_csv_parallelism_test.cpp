// The rows are of the public silicon measurements of ai-dynamo/aiconfigurator, commit 095f58a5: pairs with
// the same results to the last digit whose columns of parallelism differ.
#include "calibrate/measured_csv_parallelism.h"

#include <gmock/gmock.h>

#include "fixtures.h"

namespace ridgeline::calibrate {
namespace {

using testing::HasSubstr;

const Model& model(std::string_view id) { return **catalog().model(id); }

Spread silicon(const char* id, RawParallelism raw) { return canonical(raw, RowForm::silicon, model(id)); }
Parallelism plain(const char* id, RawParallelism raw) {
  return canonical(raw, RowForm::plain, model(id)).parallelism;
}

TEST(CanonicalParallelism, SquareOfTensorParallelismIsItsRoot) {
  // DeepSeek-R1 on 8 devices occurs as tp 64, moe_tp 8, moe_ep 8 and as tp 8, moe_tp 1, moe_ep 8; on 4
  // likewise.
  const Parallelism eight{.tensor = 8, .expert = 8};
  EXPECT_EQ(silicon("deepseek-r1", {64, 1, 1, 8, 8}).parallelism, eight);
  EXPECT_EQ(silicon("deepseek-r1", {8, 1, 1, 8, 1}).parallelism, eight);
  EXPECT_THAT(std::string(silicon("deepseek-r1", {64, 1, 1, 8, 8}).note), HasSubstr("g devices"));
  EXPECT_TRUE(silicon("deepseek-r1", {8, 1, 1, 8, 1}).note.empty());
  const Parallelism four{.tensor = 4, .expert = 4};
  EXPECT_EQ(silicon("gpt-oss-120b", {16, 1, 1, 4, 4}).parallelism, four);
}

TEST(CanonicalParallelism, SquareOfDataParallelismIsItsRoot) {
  const Parallelism eight{.tensor = 1, .data = 8, .expert = 8};
  EXPECT_EQ(silicon("deepseek-r1", {1, 1, 64, 8, 8}).parallelism, eight);
  EXPECT_EQ(silicon("deepseek-r1", {1, 1, 8, 8, 1}).parallelism, eight);
  // gpt-oss-120b: dp 4, moe_tp 2, moe_ep 2 has the results of dp 2, moe_ep 2.
  EXPECT_EQ(silicon("gpt-oss-120b", {1, 1, 4, 2, 2}).parallelism,
            silicon("gpt-oss-120b", {1, 1, 2, 2, 1}).parallelism);
}

TEST(CanonicalParallelism, OnlyRowsOfTheSiliconFormAreReadSo) {
  // Qwen3-235B on 4 H100 leaves dp empty: of another hand, and it would not fit on 2.
  const Parallelism four{.tensor = 4, .expert = 2, .expert_tensor = 2};
  EXPECT_EQ(silicon("qwen-3-235b-a22b", {4, 1, 0, 2, 2}).parallelism, four);
  const Parallelism as_given{.tensor = 16, .expert = 4, .expert_tensor = 4};
  EXPECT_EQ(plain("deepseek-r1", {16, 1, 1, 4, 4}), as_given);
  const Parallelism both{.tensor = 4, .data = 4, .expert = 16};
  EXPECT_EQ(plain("deepseek-r1", {4, 1, 4, 16, 1}), both);
}

TEST(CanonicalParallelism, TensorAsTheWorldSizeOfDataParallelism) {
  // MiniMax-M2.5 under vLLM: tp 4, dp 4, ep 16 on 4 devices.
  const Spread read = silicon("minimax-m2.5", {4, 1, 4, 16, 1});
  const Parallelism expected{.tensor = 1, .data = 4, .expert = 4};
  EXPECT_EQ(read.parallelism, expected);
  EXPECT_FALSE(read.note.empty());
  EXPECT_EQ(read.parallelism.devices(), 4u);
}

TEST(CanonicalParallelism, DenseModelsHaveNoExperts) {
  // Llama-3.1-70B with tp 8 carries moe_tp 8.
  const Spread read = silicon("llama-3.1-70b", {8, 1, 1, 1, 8});
  const Parallelism expected{.tensor = 8};
  EXPECT_EQ(read.parallelism, expected);
  EXPECT_TRUE(read.doubt.empty());
}

TEST(CanonicalParallelism, ZerosAreNotGiven) {
  // Qwen3-235B under vLLM: tp 1, dp 4 and zeros for experts.
  const Parallelism data{.tensor = 1, .data = 4, .expert = 4};
  EXPECT_EQ(plain("qwen-3-235b-a22b", {1, 1, 4, 0, 0}), data);
  const Parallelism tensor{.tensor = 4, .expert = 1, .expert_tensor = 4};
  EXPECT_EQ(plain("qwen-3-235b-a22b", {4, 0, 0, 0, 0}), tensor);
  EXPECT_EQ(plain("qwen-3-32b", {}), Parallelism{});
}

TEST(CanonicalParallelism, ExpertsSpreadOverAllDevices) {
  // Whatever is given, tensor x data = expert x expert_tensor comes out.
  for (const RawParallelism raw :
       {RawParallelism{8, 1, 1, 2, 1}, RawParallelism{8, 1, 1, 1, 2}, RawParallelism{2, 1, 4, 1, 1},
        RawParallelism{8, 1, 1, 3, 1}, RawParallelism{4, 1, 2, 16, 0}}) {
    const Parallelism p = plain("deepseek-r1", raw);
    EXPECT_EQ(p.tensor * p.data, p.expert * p.expert_tensor);
    EXPECT_TRUE(check(p, model("deepseek-r1")));
  }
  const Parallelism kept{.tensor = 8, .expert = 2, .expert_tensor = 4};
  EXPECT_EQ(plain("deepseek-r1", {8, 1, 1, 2, 1}), kept);
}

TEST(CanonicalParallelism, ClusterCountsAreAnsweredWithADoubt) {
  // 128 heads. By ratio the nearest power of two to 12 is 16 (4/3 against 3/2), to 72 it is 64.
  const std::pair<std::uint32_t, unsigned> counts[] = {{12, 16}, {20, 16}, {24, 32}, {28, 32},
                                                       {36, 32}, {52, 64}, {72, 64}};
  for (const auto& [written, answered] : counts) {
    const Spread read = silicon("deepseek-r1", {written, 1, 1, 1, written});
    EXPECT_EQ(read.parallelism.tensor, answered) << written;
    EXPECT_EQ(read.parallelism.expert_tensor, answered) << written;
    EXPECT_THAT(read.doubt, HasSubstr("does not divide the 128 heads of deepseek-r1; answered as"));
  }
  // Decode workers of DeepSeek-R1: 24 = 3 x 8 keeps its 8 groups of experts.
  const Parallelism expected{.tensor = 32, .expert = 8, .expert_tensor = 4};
  EXPECT_EQ(plain("deepseek-r1", {24, 1, 1, 8, 3}), expected);
}

TEST(CanonicalParallelism, WhatNoPowerOfTwoMendsStaysWithItsDoubt) {
  const Spread read = canonical({1, 99, 1, 0, 0}, RowForm::plain, model("llama-3.1-8b"));  // 32 layers
  EXPECT_EQ(read.parallelism.pipeline, 99u);
  EXPECT_THAT(read.doubt, HasSubstr("pipeline is 99"));
}

}  // namespace
}  // namespace ridgeline::calibrate
