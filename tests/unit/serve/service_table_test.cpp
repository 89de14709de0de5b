// The table is the engine's word, batch by batch.

#include <gtest/gtest.h>

#include <algorithm>

#include "ridgeline/simulation.h"
#include "serve/service_time.h"

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

// Batches of equal requests are those of the table for their length: at a prompt length that was sampled to
// the rounding of decode contexts (below 1 %, StepTimes), at another to what is curved between two.
TEST(LengthTable, OfEqualLengthsIsTheServiceTable) {
  const Model model = small_decoder();
  const auto by_length =
      make_length_table(model, small_hardware(), plan, {100, 20}, 4, Calibration::ideal());
  ASSERT_TRUE(by_length) << by_length.error().message;
  for (const TokenLengths lengths : {TokenLengths{64, 20}, TokenLengths{100, 1}, TokenLengths{80, 7}}) {
    const auto table = make_service_table(model, small_hardware(), plan, {lengths.input, lengths.output}, 4,
                                          Calibration::ideal());
    ASSERT_TRUE(table);
    for (std::uint32_t b = 1; b <= 4; ++b) {
      const serve::TableTimes times = serve::times_of(*by_length, b, lengths);
      const auto share = [](Nanoseconds a, Nanoseconds b_) { return to_seconds(a) / to_seconds(b_); };
      EXPECT_NEAR(share(times.first_token, table->first_token[b - 1]), 1, lengths.input == 80 ? 0.02 : 1e-6);
      EXPECT_NEAR(share(times.total, table->total[b - 1]), 1, 0.01) << b << ' ' << lengths.input;
    }
  }
}

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
