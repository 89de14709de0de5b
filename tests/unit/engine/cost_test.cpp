#include "engine/cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;
using engine::cost_ops;
using engine::DeviceView;
using engine::make_rates;
using engine::Totals;

/// 100 FLOP/s, 10 B/s; a cache of 50 B at 40 B/s.
DeviceView toy_device() {
  DeviceView device;
  device.peak = FlopsPerSecond(100);
  device.peaks.fill(device.peak);
  device.memory_bandwidth = BytesPerSecond(10);
  device.caches[0] = {Bytes(50), BytesPerSecond(40)};
  device.cache_levels = 1;
  return device;
}
Op toy_op(double flops, double weights, double activations, double count = 1) {
  Op op;
  op.flops = Flops(flops);
  op.weights = Bytes(weights);
  op.activations = Bytes(activations);
  op.count = count;
  return op;
}
constexpr Bytes large_model{1e9};

TEST(Cost, EachOperatorIsBoundByItsSlowerResource) {
  const std::vector<Op> ops{toy_op(300, 20, 0), toy_op(100, 20, 0, 4)};
  const Totals totals = cost_ops(ops, make_rates(toy_device(), Calibration::ideal(), large_model));
  EXPECT_DOUBLE_EQ(totals.bound_compute.value(), 3);     // 3 s of compute against 2 s of memory
  EXPECT_DOUBLE_EQ(totals.bound_memory.value(), 4 * 2);  // 2 s of memory against 1 s
  EXPECT_DOUBLE_EQ(totals.compute.value(), 3 + 4 * 1);
  EXPECT_DOUBLE_EQ(totals.memory.value(), 2 + 4 * 2);
  EXPECT_DOUBLE_EQ(totals.flops.value(), 700);
  EXPECT_DOUBLE_EQ(totals.bytes.value(), 100);
}

TEST(Cost, TiesCountAsComputeBound) {
  const std::vector<Op> ops{toy_op(200, 20, 0)};
  const Totals totals = cost_ops(ops, make_rates(toy_device(), Calibration::ideal(), large_model));
  EXPECT_DOUBLE_EQ(totals.bound_compute.value(), 2);
  EXPECT_EQ(totals.bound_memory.value(), 0);
}

TEST(Cost, ActivationsThatFitACacheRunAtItsBandwidth) {
  const auto rates = make_rates(toy_device(), Calibration::ideal(), large_model);
  // Memory (10 B/s) and cache (40 B/s) side by side: the weights bind, then all bytes through the cache do.
  EXPECT_DOUBLE_EQ(engine::cost(toy_op(0, 20, 50), rates).memory.value(), 20.0 / 10);
  EXPECT_DOUBLE_EQ(engine::cost(toy_op(0, 5, 50), rates).memory.value(), (5.0 + 50.0) / 40);
  // One byte too many for the cache: everything comes from memory.
  EXPECT_DOUBLE_EQ(engine::cost(toy_op(0, 20, 51), rates).memory.value(), (20.0 + 51.0) / 10);
}

TEST(Cost, WeightsAreCachedOnlyWhenTheWholeModelFits) {
  const auto fits = make_rates(toy_device(), Calibration::ideal(), Bytes(50));
  const auto exceeds = make_rates(toy_device(), Calibration::ideal(), Bytes(51));
  EXPECT_DOUBLE_EQ(engine::cost(toy_op(0, 20, 0), fits).memory.value(), 20.0 / 40);
  EXPECT_DOUBLE_EQ(engine::cost(toy_op(0, 20, 0), exceeds).memory.value(), 20.0 / 10);
}

TEST(Cost, ACacheSlowerThanMemoryBoundsNothing) {
  DeviceView device = toy_device();
  device.caches[0].bandwidth = BytesPerSecond(5);
  const auto rates = make_rates(device, Calibration::ideal(), Bytes(1));
  EXPECT_DOUBLE_EQ(engine::cost(toy_op(0, 20, 20), rates).memory.value(), 4);
}

TEST(Cost, EfficienciesAndLaunchesApply) {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.compute_efficiency[static_cast<std::size_t>(OpClass::gemm)] = 0.5;
  c.memory_efficiency = 0.8;
  c.launch = Seconds(0.25);
  const std::vector<Op> ops{toy_op(300, 40, 0, 2)};
  const Totals totals = cost_ops(ops, make_rates(toy_device(), c, large_model));
  EXPECT_DOUBLE_EQ(totals.compute.value(), 2 * 300 / (100 * 0.5));
  EXPECT_DOUBLE_EQ(totals.memory.value(), 2 * 40 / (10 * 0.8));
  EXPECT_DOUBLE_EQ(totals.launches.value(), 2 * 0.25);
}

TEST(Cost, ProductsOfFewAndOfManyRowsHaveTheirOwnShares) {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.gemm_half_rows = 24;
  c.gemm_few_rows = 8;
  c.gemm_few_share = 0.4;
  const auto rates = make_rates(toy_device(), c, large_model);
  const auto compute = [&](OpClass kind, double rows) {
    Op op = toy_op(100, 0, 0);
    op.kind = kind;
    op.m = rows;
    return engine::cost(op, rates).compute.value();
  };
  EXPECT_DOUBLE_EQ(compute(OpClass::gemm, 8), 1 / 0.4);
  EXPECT_DOUBLE_EQ(compute(OpClass::gemm, 24), 2);
  EXPECT_DOUBLE_EQ(compute(OpClass::gemm, 96), 1.25);
  EXPECT_DOUBLE_EQ(compute(OpClass::conv, 24), 1);
}

TEST(Device, NeverFallsBackToAnotherPrecision) {
  Hardware hardware = a100();
  hardware.peak[Precision::int8] = sourced(FlopsPerSecond(624e12));
  const auto refused = engine::view(hardware, Precision::bf16);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(refused.error().message, "a100-sxm-80gb has no bf16 peak; it has: fp16, int8");
}

TEST(Device, CachesOfUnknownBandwidthAreLeftOut) {
  Hardware hardware = a100();
  MemoryLevel cache;
  cache.name = "L2";
  cache.capacity = sourced(Bytes(40e6));
  hardware.caches.push_back(cache);
  EXPECT_EQ(engine::view(hardware, Precision::fp16)->cache_levels, 0u);
  hardware.caches[0].bandwidth = sourced(BytesPerSecond(5e12));
  EXPECT_EQ(engine::view(hardware, Precision::fp16)->cache_levels, 1u);
}

TEST(Device, RefusesRatesThatAreNotPositive) {
  Hardware hardware = a100();
  hardware.memory.bandwidth = sourced(BytesPerSecond(0));
  EXPECT_FALSE(engine::view(hardware, Precision::fp16));
  hardware.memory.bandwidth.reset();
  EXPECT_FALSE(engine::view(hardware, Precision::fp16));
  hardware = a100();
  hardware.peak[Precision::fp16] = sourced(FlopsPerSecond(std::nan("")));
  EXPECT_FALSE(engine::view(hardware, Precision::fp16));
}

TEST(PrecisionPlan, ComputesInTheWiderFormat) {
  const auto computes = [](Precision weights, Precision activations) {
    return PrecisionPlan{weights, activations, Precision::fp16}.compute();
  };
  EXPECT_EQ(computes(Precision::fp16, Precision::fp16), Precision::fp16);
  EXPECT_EQ(computes(Precision::int4, Precision::fp16), Precision::fp16);
  EXPECT_EQ(computes(Precision::int8, Precision::bf16), Precision::bf16);
  EXPECT_EQ(computes(Precision::fp8, Precision::fp8), Precision::fp8);
  EXPECT_EQ(computes(Precision::int4, Precision::int8), Precision::int8);
  EXPECT_EQ(computes(Precision::fp16, Precision::int8), Precision::fp16);
}

TEST(Calibration, RefusesWhatIsNotAnEfficiency) {
  const auto refused = [](const Calibration& c) {
    return !predict(llama_3_8b(), a100(), fp16, StepShape::decode(1, 0), c);
  };
  for (const double bad : {0.0, -0.5, 1.0001, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(refused(Calibration::textbook(bad, Seconds(0)))) << bad;
    Calibration memory;
    memory.memory_efficiency = bad;
    EXPECT_TRUE(refused(memory)) << bad;
  }
  for (const double bad : {-1e-9, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(refused(Calibration::textbook(0.5, Seconds(bad)))) << bad;
    Calibration launch, step;
    launch.launch = Seconds(bad);
    step.per_step = Seconds(bad);
    EXPECT_TRUE(refused(launch)) << bad;
    EXPECT_TRUE(refused(step)) << bad;
  }
  const auto told =
      predict(llama_3_8b(), a100(), fp16, StepShape::decode(1, 0), Calibration::textbook(1.5, {}));
  EXPECT_EQ(told.error().message,
            "calibration: compute efficiency of gemm is 1.5, and must be above 0 and at most 1");
}

}  // namespace
}  // namespace ridgeline
