#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

Profile predicted(const Model& m, const Hardware& hardware, const StepShape& shape,
                  const Calibration& c = Calibration::ideal(), const PrecisionPlan& plan = fp16) {
  auto profile = predict(m, hardware, plan, shape, c);
  EXPECT_TRUE(profile) << profile.error().message;
  return profile ? *profile : Profile{};
}

Calibration fitted() {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.compute_efficiency = {0.7, 0.6, 0.4, 1, 1, 1, 1, 1};
  c.memory_efficiency = 0.85;
  c.launch = microseconds(3);
  c.per_step = microseconds(100);
  c.provenance = {ProvenanceKind::fitted, "a probe", "2024"};
  return c;
}

TEST(Predict, FillsEveryField) {
  const Profile p = predicted(llama_3_8b(), a100(), StepShape::decode(16, 1000));
  EXPECT_EQ(p.model, "llama-3-8b");
  EXPECT_EQ(p.hardware, "a100-sxm-80gb");
  EXPECT_EQ(p.memory_name, "HBM2e");
  EXPECT_EQ(p.samples, 16);
  EXPECT_EQ(p.tokens, 16);
  EXPECT_EQ(p.peak.value(), 312e12);
  EXPECT_EQ(p.bandwidth.value(), 2039e9);
  EXPECT_DOUBLE_EQ(p.ridge.value(), 312e12 / 2039e9);
  EXPECT_DOUBLE_EQ(p.intensity.value(), p.flops / p.bytes / FlopsPerByte(1));
  EXPECT_DOUBLE_EQ(p.throughput.value(), 16 / p.latency.value());
  EXPECT_DOUBLE_EQ(p.mfu, p.flops.value() / p.latency.value() / 312e12);
  ASSERT_TRUE(p.energy);
  EXPECT_DOUBLE_EQ(p.energy->value(), 400 * p.latency.value());
  EXPECT_EQ(predicted(bert_base(), a100(), StepShape::prefill(2, 128)).tokens, 0);
}

TEST(Predict, LatencyIsTheSumOfItsParts) {
  for (const Calibration& c :
       {Calibration::ideal(), fitted(), Calibration::textbook(0.5, milliseconds(0.1))}) {
    const Profile p = predicted(llama_3_8b(), a100(), StepShape::decode(64, 1000), c);
    EXPECT_EQ(p.latency, p.bound_compute + p.bound_memory + p.overhead);
    Seconds ops{};
    for (const OpTime& op : p.ops) ops += op.time;
    const Seconds outside = c.per_layer * 32 + c.per_step;
    EXPECT_NEAR((ops + outside).value() / p.latency.value(), 1, 1e-12);
  }
}

TEST(Predict, OverheadsAreCountedPerOperatorLayerAndStep) {
  Calibration c = fitted();
  c.per_layer = microseconds(7);
  const Profile p = predicted(llama_3_8b(), a100(), StepShape::decode(1, 10), c);
  double launches = 0;
  for (const OpTime& op : p.ops) launches += op.count;
  // embed, final_norm, lm_head; a layer has 9: two norms, qkv, rope_append, attention, attn_out, ffn up, act,
  // down.
  EXPECT_EQ(launches, 3 + 32 * 9);
  EXPECT_NEAR(p.overhead.value(), 3e-6 * launches + 7e-6 * 32 + 100e-6, 1e-12);
}

TEST(Predict, RegimeIsTheLargerResourceUnlessOverheadExceedsBoth) {
  EXPECT_EQ(predicted(llama_3_8b(), a100(), StepShape::decode(1, 0)).regime, Regime::memory_bound);
  EXPECT_EQ(predicted(llama_3_8b(), a100(), StepShape::prefill(1, 4096)).regime, Regime::compute_bound);
  const auto slow = Calibration::textbook(0.5, milliseconds(1));
  EXPECT_EQ(predicted(llama_3_8b(), a100(), StepShape::decode(1, 0), slow).regime, Regime::overhead_bound);
}

TEST(Predict, FootprintIsWeightsCacheAndLargestActivations) {
  const Footprint f = predicted(llama_3_8b(), a100(), StepShape::decode(16, 1000)).footprint;
  EXPECT_EQ(f.weights.value(), 2 * 8030261248.0);
  EXPECT_EQ(f.kv_cache.value(), 16 * 1001 * 32 * 2 * 8 * 128 * 2.0);
  EXPECT_EQ(f.activations.value(), 2.0 * 16 * (4096 + 128256));  // the output head
  EXPECT_TRUE(f.fits());
  // 80 GB hold no 70 B parameters at 2 B: the prediction stands, and says that it does not fit.
  EXPECT_FALSE(predicted(llama_3_70b(), a100(), StepShape::decode(1, 0)).footprint.fits());
}

TEST(Predict, SlidingWindowsBoundTheCache) {
  const Footprint f = predicted(gemma_like(), a100(), StepShape::decode(1, 9999)).footprint;
  EXPECT_EQ(f.kv_cache.value(), 2.0 * 2 * 256 * (4 * 10000 + 22 * 512));
}

TEST(Predict, UnknownPowerGivesUnknownEnergy) {
  Hardware hardware = a100();
  hardware.tdp.reset();
  EXPECT_FALSE(predicted(llama_3_8b(), hardware, StepShape::decode(1, 0)).energy);
}

TEST(Predict, ListsEveryInputWithItsSource) {
  Hardware hardware = a100();
  MemoryLevel cache;
  cache.name = "L2";
  cache.capacity = sourced(Bytes(40e6));
  hardware.caches.push_back(cache);
  const Profile p = predicted(llama_3_8b(), hardware, StepShape::decode(1, 0), fitted());
  std::vector<std::string> keys;
  for (const Input& input : p.inputs) {
    keys.push_back(input.key + " = " + input.value);
    const bool is_calibration = input.key.rfind("calibration.", 0) == 0;
    const auto expected_kind = is_calibration ? ProvenanceKind::fitted : ProvenanceKind::datasheet;
    if (input.key != "model.architecture") {
      EXPECT_EQ(input.provenance.kind, expected_kind) << input.key;
    }
  }
  const std::vector<std::string> expected{"hardware.peak.fp16 = 312 TFLOP/s",
                                          "hardware.memory.capacity = 80.0 GB",
                                          "hardware.memory.bandwidth = 2.04 TB/s",
                                          "hardware.tdp = 400 W",
                                          "model.architecture = llama-3-8b",
                                          "calibration.compute_efficiency.gemm = 0.7",
                                          "calibration.compute_efficiency.conv = 0.6",
                                          "calibration.compute_efficiency.attention = 0.4",
                                          "calibration.memory_efficiency = 0.85",
                                          "calibration.launch = 3.00 µs",
                                          "calibration.per_layer = 0 s",
                                          "calibration.per_step = 100 µs"};
  EXPECT_EQ(keys.size(), expected.size());
  for (const std::string& line : expected) {
    EXPECT_NE(std::find(keys.begin(), keys.end(), line), keys.end()) << line;
  }
}

TEST(PredictRequest, IsTheExactSumOfItsPasses) {
  for (const Calibration& c :
       {Calibration::ideal(), fitted(), Calibration::textbook(0.5, milliseconds(0.1))}) {
    const auto request = predict_request(llama_3_8b(), a100(), fp16, {100, 20}, 4, c);
    ASSERT_TRUE(request);
    Seconds sum = predicted(llama_3_8b(), a100(), StepShape::prefill(4, 100), c).latency;
    EXPECT_EQ(request->first_token, sum);
    for (std::uint32_t i = 0; i < 19; ++i) {
      sum += predicted(llama_3_8b(), a100(), StepShape::decode(4, 100 + i), c).latency;
    }
    EXPECT_EQ(request->total, sum);
  }
}

TEST(PredictRequest, OneOutputTokenIsThePrefillAlone) {
  const auto request = predict_request(llama_3_8b(), a100(), fp16, {100, 1}, 4, Calibration::ideal());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->total, request->first_token);
}

TEST(PredictRequest, OtherModelsTakeTheirDefaultSequence) {
  const auto request = predict_request(bert_base(), a100(), fp16, {}, 2, Calibration::ideal());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->total, predicted(bert_base(), a100(), StepShape::prefill(2, 128)).latency);
  const auto images = predict_request(small_conv_net(), a100(), fp16, {}, 8, Calibration::ideal());
  ASSERT_TRUE(images);
  EXPECT_EQ(images->total, predicted(small_conv_net(), a100(), StepShape::samples(8)).latency);
}

TEST(PredictRequest, RefusesWhatTheModelCannotDo) {
  const auto refused = [](const Model& m, const RequestShape& request) {
    const auto time = predict_request(m, a100(), fp16, request, 1, Calibration::ideal());
    return time ? std::string() : time.error().message;
  };
  EXPECT_EQ(refused(bert_base(), {128, 5}), "bert-base: generates no tokens (5 were asked for)");
  EXPECT_EQ(refused(small_conv_net(), {7, 0}), "small-conv-net: takes no tokens (7 were given)");
  EXPECT_EQ(refused(llama_3_8b(), {0, 5}),
            "llama-3-8b: give the number of prompt tokens; the model has no default");
}

}  // namespace
}  // namespace ridgeline
