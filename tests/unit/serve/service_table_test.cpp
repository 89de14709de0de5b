// The table is the engine's word, batch by batch.

#include <gtest/gtest.h>

#include <algorithm>

#include "ridgeline/simulation.h"
#include "ridgeline/step_times.h"
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
  const auto by_length = make_length_table(model, small_hardware(), plan, {100, 20}, 4, Calibration::ideal());
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

/// What memory and launches take is nothing, or what computing takes is.
Hardware bound_by(double flops, double bytes) {
  Hardware h = small_hardware();
  h.peak[Precision::fp16].value = FlopsPerSecond(flops);
  h.memory.bandwidth->value = BytesPerSecond(bytes);
  return h;
}

// The share that a clock stretches is the time of operators whose FLOPs / peak exceeds their bytes /
// bandwidth: all of it without memory to wait for, none without computing. Between, slowing all computing
// down to half the clock, with no operator changing sides, lengthens the pass by that share.
TEST(ServiceTable, SharesAreWhatAClockStretches) {
  const auto table = [](double flops, double bytes) {
    const auto made =
        make_service_table(small_decoder(), bound_by(flops, bytes), plan, {128, 9}, 4, Calibration::ideal());
    EXPECT_TRUE(made) << made.error().message;
    return *made;
  };
  const ServiceTable compute = table(1e9, 1e15), memory = table(1e18, 1e9);
  for (std::size_t b = 0; b < 4; ++b) {
    EXPECT_NEAR(compute.compute_share[b], 1, 1e-3);
    EXPECT_NEAR(compute.decode_compute_share[b], 1, 1e-3);
    EXPECT_NEAR(memory.compute_share[b], 0, 1e-3);
    EXPECT_NEAR(memory.decode_compute_share[b], 0, 1e-3);
  }
  // 4 x 128 rows: products do some 400 FLOPs a byte, attention a tenth of that; 1e11 / 1e9 lies between.
  const ServiceTable full = table(1e11, 1e9), nearly = table(1e11 / 1.01, 1e9);
  const double share = full.compute_share[3];
  EXPECT_GT(share, 0.1);
  EXPECT_LT(share, 0.99);
  const double stretch = double(nearly.first_token[3].count()) / double(full.first_token[3].count());
  EXPECT_NEAR(stretch, 1 + 0.01 * share, 1e-5);
}

// The same of the passes of a continuous engine, at what is sampled exactly.
TEST(StepTimes, KnowWhatAClockStretches) {
  // Products of 4 rows do almost 4 FLOPs a byte, attention to a cache 1: 3 lies between.
  const Hardware between = bound_by(3e9, 1e9);
  const StepLimits limits{4, 256, {128}};
  const auto times =
      StepTimes::make(small_decoder(), between, plan, Parallelism{}, Calibration::ideal(), limits);
  ASSERT_TRUE(times) << times.error().message;
  const auto pass = [&](const StepShape& shape) {
    return *predict(small_decoder(), between, plan, shape, Calibration::ideal());
  };
  const auto decode = pass(StepShape::decode(4, 128)), prompt = pass(StepShape::prefill(1, 128));
  const double share = decode.bound_compute / decode.latency;
  EXPECT_NEAR(times->decode_compute_share(4, 4 * 128), share, 1e-6);
  EXPECT_GT(share, 0.1);
  EXPECT_LT(share, 0.99);
  const double bound = double(times->prompt_compute(0, 128).count()) / (1e9 * (1 << 24));
  EXPECT_NEAR(bound, prompt.bound_compute.value(), 1e-9 * bound);
  EXPECT_LT(bound, 0.999 * prompt.latency.value());
  // Chunks add up, and bind on computing no longer than they take.
  EXPECT_EQ(times->prompt_compute(0, 100) + times->prompt_compute(100, 128), times->prompt_compute(0, 128));
  EXPECT_LE(times->prompt_compute(100, 101), times->prompt(100, 101));
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
