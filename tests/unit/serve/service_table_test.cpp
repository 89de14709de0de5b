// The table is the engine's word, batch by batch.

#include <gtest/gtest.h>

#include <algorithm>

#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

Hardware small_hardware() {
  Hardware h;
  h.id = h.name = "test-chip";
  h.peak[Precision::fp16].value = FlopsPerSecond(1e13);
  h.memory.name = "DRAM";
  h.memory.capacity.emplace();
  h.memory.capacity->value = Bytes(64e9);
  h.memory.bandwidth.emplace();
  h.memory.bandwidth->value = BytesPerSecond(1e11);
  return h;
}

Model small_decoder() {
  Transformer t;
  t.layers = 4;
  t.hidden = 256;
  t.heads = t.kv_heads = 4;
  t.head_dim = 64;
  t.ffn = 1024;
  t.vocab = 1000;
  Model m;
  m.id = m.name = "test-decoder";
  m.task = "text generation";
  m.architecture = t;
  return m;
}

constexpr auto plan = PrecisionPlan::uniform(Precision::fp16);

TEST(ServiceTable, IsThePredictionOfEachBatch) {
  const RequestShape request{32, 5};
  const auto table =
      make_service_table(small_decoder(), small_hardware(), plan, request, 6, Calibration::ideal());
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->tokens_per_sample, 5u);
  ASSERT_EQ(table->total.size(), 6u);
  ASSERT_EQ(table->first_token.size(), 6u);
  for (std::uint32_t b = 1; b <= 6; ++b) {
    const auto time =
        predict_request(small_decoder(), small_hardware(), plan, request, b, Calibration::ideal());
    ASSERT_TRUE(time);
    EXPECT_EQ(table->total[b - 1], to_nanoseconds(time->total));
    EXPECT_EQ(table->first_token[b - 1], to_nanoseconds(time->first_token));
  }
  // What the simulator asks of a table.
  EXPECT_TRUE(std::is_sorted(table->total.begin(), table->total.end()));
}

TEST(ServiceTable, HasNoFirstTokenWithoutOutput) {
  const auto table =
      make_service_table(small_decoder(), small_hardware(), plan, {32, 0}, 2, Calibration::ideal());
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_TRUE(table->first_token.empty());
  EXPECT_EQ(table->tokens_per_sample, 0u);
}

TEST(ServiceTable, PassesOnWhatTheEngineRefuses) {
  const auto no_precision =
      make_service_table(small_decoder(), small_hardware(), PrecisionPlan::uniform(Precision::fp64), {32, 0},
                         2, Calibration::ideal());
  EXPECT_FALSE(no_precision);
  EXPECT_FALSE(make_service_table(small_decoder(), small_hardware(), plan, {32, 0}, 0, Calibration::ideal()));
}

}  // namespace
}  // namespace ridgeline
