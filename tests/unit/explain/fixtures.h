#pragma once
// Profiles made by the engine for the tutorial's deployments, and summaries made by hand.

#include <gtest/gtest.h>

#include <string>

#include "ridgeline/explanation.h"

namespace ridgeline::test {

inline Model llama_3_8b() {
  Transformer t;
  t.layers = 32;
  t.hidden = 4096;
  t.heads = 32;
  t.kv_heads = 8;
  t.head_dim = 128;
  t.ffn = 14336;
  t.vocab = 128256;
  Model m;
  m.id = "llama-3-8b";
  m.architecture = t;
  return m;
}

inline Hardware device(std::string id, std::string memory, double fp16_tflops, double gigabytes_per_second) {
  Hardware hardware;
  hardware.id = std::move(id);
  hardware.peak[Precision::fp16].value = FlopsPerSecond(fp16_tflops * 1e12);
  hardware.peak[Precision::int8].value = FlopsPerSecond(2 * fp16_tflops * 1e12);
  hardware.memory.name = std::move(memory);
  hardware.memory.capacity.emplace();
  hardware.memory.capacity->value = Bytes(80e9);
  hardware.memory.bandwidth.emplace();
  hardware.memory.bandwidth->value = BytesPerSecond(gigabytes_per_second * 1e9);
  return hardware;
}
inline Hardware a100() { return device("a100-sxm-80gb", "HBM2e", 312, 2039); }
inline Hardware h100() { return device("h100-sxm-80gb", "HBM3", 989, 3350); }

inline Profile profile(const Hardware& hardware, const StepShape& shape, const Calibration& calibration,
                       const PrecisionPlan& plan = PrecisionPlan::uniform(Precision::fp16)) {
  auto result = predict(llama_3_8b(), hardware, plan, shape, calibration);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : Profile{};
}
inline Profile textbook(const Hardware& hardware, std::uint32_t batch, double efficiency = 0.5,
                        Seconds per_layer = milliseconds(0.1)) {
  return profile(hardware, StepShape::decode(batch, 0), Calibration::textbook(efficiency, per_layer));
}
inline ProfileDifference compared(const Profile& baseline, const Profile& proposal) {
  auto result = compare(baseline, proposal);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : ProfileDifference{};
}

inline Estimate estimate(double value, double low, double high) {
  Estimate e;
  e.value = value;
  e.low = low;
  e.high = high;
  return e;
}
inline Summary latencies(double p50, double p90, double p99) {
  Summary s;
  s.p50 = estimate(p50, p50, p50);
  s.p90 = estimate(p90, p90, p90);
  s.p99 = estimate(p99, p99, p99);
  return s;
}

}  // namespace ridgeline::test
