// The numbers of the public tutorial, from first principles: Llama 3 8B, fp16, textbook calibration.

#include <gtest/gtest.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

constexpr double layers = 32, overhead = 0.1e-3 * layers;

/// Parameters by the published configuration: 32 layers, hidden 4096, 32 heads of 128, 8 key/value heads,
/// feed-forward 14336 (three matrices), vocabulary 128256, input and output tables apart.
double llama_parameters() {
  const double h = 4096, kv = 8 * 128, ffn = 14336, vocab = 128256;
  const double layer = h * h + 2 * h * kv + h * h + 3 * h * ffn + 2 * h;
  return 2 * vocab * h + layers * layer + h;
}

Profile textbook(const Hardware& hardware, std::uint32_t batch, double efficiency) {
  auto profile = predict(llama_3_8b(), hardware, fp16, StepShape::decode(batch, 0),
                         Calibration::textbook(efficiency, milliseconds(0.1)));
  EXPECT_TRUE(profile);
  return *profile;
}

TEST(Tutorial, HasSixteenGigabytesOfWeights) {
  EXPECT_EQ(llama_parameters(), 8030261248.0);
  const auto op = lower_whole(llama_3_8b(), StepShape::decode(1, 0), fp16);
  ASSERT_TRUE(op);
  EXPECT_EQ(op->weights.value(), 2 * llama_parameters());
  EXPECT_EQ(op->kv_cache.value(), 0);
  EXPECT_EQ(op->activations.value(), 0);
}

TEST(Tutorial, BatchOneIsMemoryBound) {
  const Profile a = textbook(a100(), 1, 0.5), h = textbook(h100(), 1, 0.5);
  const double on_a100 = 2 * llama_parameters() / 2039e9 + overhead;
  const double on_h100 = 2 * llama_parameters() / 3350e9 + overhead;
  EXPECT_NEAR(a.latency.value(), on_a100, 1e-12);
  EXPECT_NEAR(h.latency.value(), on_h100, 1e-12);
  EXPECT_NEAR(a.latency.value(), 11.08e-3, 0.005e-3);
  EXPECT_NEAR(h.latency.value(), 7.99e-3, 0.005e-3);
  EXPECT_NEAR(a.latency / h.latency, 1.39, 0.005);
  EXPECT_EQ(a.regime, Regime::memory_bound);
  EXPECT_EQ(h.regime, Regime::memory_bound);
}

TEST(Tutorial, Batch256IsComputeBound) {
  const Profile a = textbook(a100(), 256, 0.41), h = textbook(h100(), 256, 0.41);
  // Each token attends to itself: 4 x head dimension x heads FLOPs a layer.
  const double attention = layers * 4 * 128 * 32;
  const double flops = 256 * (2 * llama_parameters() + attention);
  EXPECT_NEAR(a.latency.value(), flops / (0.41 * 312e12) + overhead, 1e-12);
  EXPECT_NEAR(h.latency.value(), flops / (0.41 * 989e12) + overhead, 1e-12);
  EXPECT_NEAR(a.latency.value(), 35.3e-3, 0.05e-3);
  EXPECT_NEAR(h.latency.value(), 13.3e-3, 0.05e-3);
  EXPECT_NEAR(a.latency / h.latency, 2.65, 0.005);
  EXPECT_EQ(a.regime, Regime::compute_bound);
  EXPECT_EQ(h.regime, Regime::compute_bound);
}

TEST(Tutorial, EfficiencyAppliesToComputeOnly) {
  EXPECT_EQ(textbook(a100(), 1, 0.5).memory, textbook(a100(), 1, 1).memory);
  EXPECT_EQ(textbook(a100(), 1, 0.5).compute, 2 * textbook(a100(), 1, 1).compute);
}

TEST(Tutorial, ContextIsReadFromTheCache) {
  const auto op = lower_whole(llama_3_8b(), StepShape::decode(4, 1000), fp16);
  ASSERT_TRUE(op);
  // Keys and values: 2 x 8 heads x 128 x 2 B a token and layer.
  EXPECT_EQ(op->kv_cache.value(), 4 * 1000 * layers * 2 * 8 * 128 * 2);
  const double pairs = 1001;
  EXPECT_EQ(op->flops.value(), 4 * (2 * llama_parameters() + layers * 4 * 128 * 32 * pairs));
}

}  // namespace
}  // namespace ridgeline
