#include "ridgeline/offline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "fixtures.h"
#include "folder.h"

namespace ridgeline {
namespace {

using test::sourced;

const Catalog& catalog() {
  static const Catalog loaded = *Catalog::load(RIDGELINE_DATA_DIR);
  return loaded;
}
const OfflineCoefficients& shipped() {
  static const OfflineCoefficients loaded =
      *OfflineCoefficients::load(RIDGELINE_DATA_DIR "/offline/coefficients.yaml");
  return loaded;
}

OfflineWorkload workload(std::string name, Precision precision, double in = 0, double out = 0) {
  OfflineWorkload w;
  w.name = std::move(name);
  w.precision = PrecisionPlan::uniform(precision);
  if (size_of(precision) < Bytes(1)) w.precision.kv_cache = Precision::fp8;
  w.prompt_tokens = in;
  w.output_tokens = out;
  return w;
}
OfflineWorkload llama_70b() { return workload("llama2-70b", Precision::fp8, 294.45, 294.45); }

// ------------------------------------------------------------------------------------------- prototype

/// A prediction of the Python prototype under its own coefficients (offline_prototype.yaml).
struct Vector {
  const char *model, *device;
  OfflineWorkload workload;
  double rate;       ///< samples per second; of language models tokens
  double tolerance;  ///< the prototype took FLOPs and bytes from typed constants, and one device's share of
                     ///< the wire
};

TEST(Offline, AgreesWithThePrototype) {
  const auto prototype = OfflineCoefficients::load(RIDGELINE_TEST_DIR "/unit/engine/offline_prototype.yaml");
  ASSERT_TRUE(prototype) << prototype.error().message;
  OfflineWorkload summaries = workload("gptj", Precision::fp8, 778, 69);
  summaries.beams = 4;
  const Vector vectors[] = {
      {"resnet-50", "h100-sxm-80gb", workload("resnet", Precision::int8), 87237, 0.03},
      {"resnet-50", "l4", workload("resnet", Precision::int8), 12760, 0.03},
      {"retinanet", "a100-pcie-80gb", workload("retinanet", Precision::int8), 761.6, 0.03},
      {"bert-large", "h100-pcie-80gb", workload("bert-99", Precision::int8, 178), 5697.5, 0.08},
      {"bert-large", "l40s", workload("bert-99.9", Precision::fp16, 178), 1918.1, 0.08},
      {"sdxl", "b200-sxm-192gb", workload("sdxl", Precision::fp8), 4.0433, 0.08},
      {"gpt-j-6b", "h100-sxm-80gb", summaries, 35.261 * 69, 0.08},
      {"llama-2-70b", "h200-sxm-141gb", llama_70b(), 3905.1, 0.08},
      {"mixtral-8x7b", "mi325x", workload("mixtral", Precision::fp8, 275, 145.9), 8362.1, 0.08},
      {"llama-3.1-8b", "b200-sxm-192gb", workload("llama3.1-8b", Precision::fp4, 778, 128), 19795, 0.1},
  };
  for (const Vector& v : vectors) {
    const auto p =
        predict_offline(**catalog().model(v.model), **catalog().hardware(v.device), v.workload, *prototype);
    ASSERT_TRUE(p) << v.model << ": " << p.error().message;
    const double rate = p->tokens.value() > 0 ? p->tokens.value() : p->samples.value();
    EXPECT_NEAR(rate / v.rate, 1, v.tolerance) << v.model << " on " << v.device;
  }
}

// ------------------------------------------------------------------------------------------- by hand

/// Coefficients that make the device its datasheet: every efficiency at its ceiling, no overheads.
OfflineCoefficients plain() {
  OfflineCoefficients c;
  for (const char* name : {"efficiency.attention", "efficiency.convolution", "efficiency.product",
                           "efficiency.recommender", "link.fast", "link.host", "memory"}) {
    c.all.push_back({name, 10, 0});
  }
  c.all.push_back({"token_time", 1e-15, 0});
  std::sort(c.all.begin(), c.all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return c;
}

TEST(Offline, ComputeBoundEncoderIsItsFlopsOverThePeak) {
  Hardware device = test::h100();
  device.tdp.reset();  // no power limit
  device.memory.bandwidth = sourced(BytesPerSecond(1e18));
  OfflineWorkload w;
  w.precision = PrecisionPlan::uniform(Precision::fp16);
  w.prompt_tokens = 128;
  // FLOPs of the lowering; format.wide is 1 (its prior), and efficiencies stop at 0.95.
  const auto ops = lower(test::bert_base(), StepShape::prefill(64, 128), w.precision);
  const double flops = test::sum_flops(*ops) / 64;
  const auto p = predict_offline(test::bert_base(), device, w, plain());
  ASSERT_TRUE(p) << p.error().message;
  EXPECT_NEAR(p->time.value(), flops / (0.95 * 989e12), 1e-6 * p->time.value());
  EXPECT_NEAR(p->flops.value(), flops, 1e-9 * flops);
  EXPECT_EQ(p->limit, OfflineLimit::compute);
  EXPECT_NEAR(p->mfu, 0.95, 1e-6);
}

TEST(Offline, PowerLimitHoldsTheClocksDown) {
  Hardware device = test::h100();
  device.memory.bandwidth = sourced(BytesPerSecond(1e18));
  OfflineCoefficients c = plain();
  c.all.push_back({"energy.byte", 1e-30, 0});
  c.all.push_back({"energy.format", 1, 0});
  c.all.push_back({"energy.operation", 1e-12, 0});
  c.all.push_back({"power.exponent", 2, 0});
  c.all.push_back({"power.static", 0.1, 0});
  std::sort(c.all.begin(), c.all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  OfflineWorkload w;
  w.precision = PrecisionPlan::uniform(Precision::fp16);
  w.prompt_tokens = 128;
  const auto p = predict_offline(test::bert_base(), device, w, c);
  ASSERT_TRUE(p) << p.error().message;
  // 0.95 x 989 TFLOP/s at 1 pJ x 2 bytes: 1879.1 W above 70 W, of which 630 W are left; phi =
  // sqrt(630/1879.1).
  const double dynamic = 0.95 * 989 * 2, share = std::sqrt(630 / dynamic);
  EXPECT_NEAR(p->dynamic_power.value(), dynamic, 1e-3);
  EXPECT_NEAR(p->clock_share, share, 1e-6);
  EXPECT_NEAR(p->time.value(), p->compute.value() / share, 1e-9 * p->time.value());
  EXPECT_EQ(p->limit, OfflineLimit::power);
  EXPECT_EQ(p->power_use, 1);
}

TEST(Offline, DecodingReadsTheCacheOfEveryRequestInEachStep) {
  Hardware device = test::h100();
  device.tdp.reset();
  device.peak[Precision::fp16] = sourced(FlopsPerSecond(1e21));  // only memory is left
  OfflineWorkload w;
  w.precision = PrecisionPlan::uniform(Precision::fp16);
  w.prompt_tokens = 1000;
  w.output_tokens = 100;
  w.max_devices = 1;
  const auto p = predict_offline(test::llama_3_8b(), device, w, plain());
  ASSERT_TRUE(p) << p.error().message;
  // 2 x 8 heads x 128 values x 32 layers in fp16 a token; 1050 past tokens on average and the new one
  // written.
  const double cache = 2.0 * 8 * 128 * 32 * 2 * 1051, weights = 8.030e9 * 2;
  const double batch = (0.9 * 80e9 - weights) / cache;
  const double expected = 100 * (cache + weights / batch) / (0.95 * 3350e9);
  EXPECT_NEAR(p->batch, batch, 0.01 * batch);
  EXPECT_NEAR(p->memory.value(), expected, 0.01 * expected);
  EXPECT_EQ(p->limit, OfflineLimit::memory_bandwidth);
}

TEST(Offline, SystemPowerAddsUp) {
  const Hardware device = test::h100();  // 700 W
  OfflineCoefficients c;
  c.all = {{"wall.accelerator", 1000, 0},
           {"wall.cooling", 0.1, 0},
           {"wall.depth", 0.4, 0},
           {"wall.device", 1.1, 0}};
  OfflinePrediction p;
  p.power_use = 0.5;
  const auto system = system_power(device, {}, p, 8, HostClass::accelerator, c);
  ASSERT_TRUE(system) << system.error().message;
  EXPECT_NEAR(system->watts.value(), 1000 + 8 * (0.1 * 700 + 1.1 * 700 * (1 - 0.4 * 0.5)), 1e-9);
}

// ------------------------------------------------------------------------------------------- properties

struct Case {
  const char* model;
  OfflineWorkload workload;
};
std::vector<Case> cases() {
  OfflineWorkload items = workload("dlrm-v2-99", Precision::int8);
  items.items = 270;
  return {{"resnet-50", workload("resnet", Precision::int8)},
          {"bert-large", workload("bert-99", Precision::int8, 178)},
          {"sdxl", workload("", Precision::fp8)},
          {"dlrm-v2", items},
          {"llama-2-70b", llama_70b()},
          {"llama-3.1-8b", workload("", Precision::fp8, 700, 200)},
          {"mixtral-8x7b", workload("mixtral", Precision::fp8, 275, 146)}};
}

TEST(Offline, NeverBeatsTheRooflineWhateverTheDevice) {
  RandomStream random(7, "offline devices");
  const auto spread = [&](double low, double high) { return low * std::pow(high / low, random.uniform()); };
  for (int i = 0; i < 60; ++i) {
    Hardware device = **catalog().hardware("h100-sxm-80gb");
    const double peak = spread(1e13, 1e16), bandwidth = spread(1e11, 2e13);
    for (auto& [format, value] : device.peak) value.value = FlopsPerSecond(peak);
    device.memory.bandwidth->value = BytesPerSecond(bandwidth);
    device.memory.capacity->value = Bytes(spread(6e10, 4e11));
    device.tdp->value = Watts(spread(30, 2000));
    for (const Case& c : cases()) {
      const auto p = predict_offline(**catalog().model(c.model), device, c.workload, shipped());
      ASSERT_TRUE(p) << c.model << ": " << p.error().message;
      EXPECT_GT(p->clock_share, 0) << c.model;
      EXPECT_LE(p->clock_share, 1) << c.model;
      EXPECT_GE(p->time.value(), p->flops.value() / peak) << c.model;
      // On-chip memory serves part of what convolutions, encoders and U-Nets hand from layer to layer.
      if (p->family == OfflineFamily::language || p->family == OfflineFamily::recommender) {
        EXPECT_GE(p->time.value(), p->bytes.value() / bandwidth * (1 - 1e-9)) << c.model;
      }
      EXPECT_LT(p->samples_interval->first, p->samples);
      EXPECT_GT(p->samples_interval->second, p->samples);
    }
  }
}

TEST(Offline, MoreBandwidthNeverHurts) {
  for (const Case& c : cases()) {
    double before = 0;
    for (const double gigabytes : {500.0, 1000.0, 2000.0, 4000.0, 8000.0}) {
      Hardware device = **catalog().hardware("h100-sxm-80gb");
      device.memory.bandwidth->value = BytesPerSecond(gigabytes * 1e9);
      const auto p = predict_offline(**catalog().model(c.model), device, c.workload, shipped());
      ASSERT_TRUE(p) << p.error().message;
      EXPECT_GE(p->samples.value(), before * (1 - 1e-9)) << c.model << " at " << gigabytes;
      before = p->samples.value();
    }
  }
}

TEST(Offline, WhatDoesNotFitIsInfeasible) {
  OfflineWorkload w = llama_70b();
  w.max_devices = 1;
  const auto alone =
      predict_offline(**catalog().model("llama-2-70b"), **catalog().hardware("l40s"), w, shipped());
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().kind, ErrorKind::infeasible);
  EXPECT_NE(alone.error().message.find("GB are missing"), std::string::npos) << alone.error().message;
  w.max_devices = 8;
  EXPECT_TRUE(predict_offline(**catalog().model("llama-2-70b"), **catalog().hardware("l40s"), w, shipped()));
}

TEST(Offline, BadInputSaysWhatIsMissing) {
  const Model& llama = **catalog().model("llama-2-70b");
  const auto no_peak = predict_offline(llama, **catalog().hardware("t4"), llama_70b(), shipped());
  ASSERT_FALSE(no_peak);
  EXPECT_NE(no_peak.error().message.find("no peak in fp8"), std::string::npos);
  const auto no_lengths =
      predict_offline(llama, **catalog().hardware("h100"), workload("", Precision::fp8), shipped());
  ASSERT_FALSE(no_lengths);
  EXPECT_NE(no_lengths.error().message.find("tokens"), std::string::npos);
}

TEST(Offline, WhatTheFitHasNotSeenIsLessCertain) {
  const Model& resnet = **catalog().model("resnet-50");
  const auto width = [&](const char* device, const char* name) {
    const auto p =
        predict_offline(resnet, **catalog().hardware(device), workload(name, Precision::int8), shipped());
    return p->samples_interval->second / p->samples_interval->first;
  };
  // Factors exp(+-1.645 s): seen s, another workload sqrt(s^2 + 0.3^2).
  const double s = shipped().spread;
  EXPECT_NEAR(width("h100-sxm-80gb", "resnet"), std::exp(2 * 1.645 * s), 1e-9);
  EXPECT_NEAR(width("h100-sxm-80gb", ""), std::exp(2 * 1.645 * std::sqrt(s * s + 0.09)), 1e-9);
}

// ------------------------------------------------------------------------------------------- file

TEST(OfflineCoefficients, ReadsBackWhatItWrites) {
  const Folder folder;
  const std::string text = write_offline_coefficients(shipped());
  const auto again = OfflineCoefficients::load(folder.write("coefficients.yaml", text));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(write_offline_coefficients(*again), text);
  EXPECT_EQ(again->all.size(), shipped().all.size());
  EXPECT_EQ(again->value("memory"), shipped().value("memory"));
}

TEST(OfflineCoefficients, AreAllOfAKindAndWithinReason) {
  for (const OfflineCoefficient& c : shipped().all) {
    const OfflineCoefficientKind* kind = offline_coefficient_kind(c.name);
    ASSERT_TRUE(kind) << c.name;
    EXPECT_GT(c.value, 0) << c.name;
    // A posterior is never wider than its prior.
    EXPECT_LE(c.error, kind->prior_spread * 1.001) << c.name;
    if (kind->unit.substr(0, 5) == "share") {
      EXPECT_LE(c.value, 1) << c.name;
    }
  }
}

TEST(OfflineCoefficients, RefusesNamesOfNoKind) {
  const Folder folder;
  const auto bad = OfflineCoefficients::load(
      folder.write("bad.yaml",
                   "source: x\ndate: 2026\nrows: 1\ngroups: 1\nspread: {throughput: 0, wall_power: 0}\n"
                   "coefficients:\n  speed: {value: 1, error: 0}\n"));
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find(":7: coefficients.speed"), std::string::npos) << bad.error().message;
}

}  // namespace
}  // namespace ridgeline
