#include "audit/host_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host_fixture.h"

namespace ridgeline {
namespace {

using audit::Belief;
using audit::host_model;

double efficiency(const Calibration& calibration, OpClass kind) {
  return calibration.compute_efficiency[static_cast<std::size_t>(kind)];
}

TEST(HostModel, EfficiencyIsTheKernelsShareOfTheProbedPeak) {
  const auto host = host_model(round_host(), 1, Belief::central);
  ASSERT_TRUE(host) << host.error().message;
  EXPECT_DOUBLE_EQ(efficiency(host->calibration, OpClass::gemm), 0.8);
  EXPECT_DOUBLE_EQ(efficiency(host->calibration, OpClass::conv), 0.9);
  EXPECT_DOUBLE_EQ(efficiency(host->calibration, OpClass::attention), 0.5);
  EXPECT_DOUBLE_EQ(efficiency(host->calibration, OpClass::vector), 1);  // not probed: the roof itself
  EXPECT_EQ(host->calibration.launch, microseconds(1));
  EXPECT_EQ(host->calibration.provenance.kind, ProvenanceKind::measured);
  EXPECT_DOUBLE_EQ(host->hardware.memory.bandwidth->value.value(), 10e9);
}

TEST(HostModel, SlowAndFastTakeTheEndsOfEveryInterval) {
  const auto slow = host_model(round_host(), 1, Belief::slow);
  const auto fast = host_model(round_host(), 1, Belief::fast);
  ASSERT_TRUE(slow && fast);
  EXPECT_DOUBLE_EQ(efficiency(slow->calibration, OpClass::gemm), 0.72);
  EXPECT_DOUBLE_EQ(efficiency(fast->calibration, OpClass::gemm), 0.88);
  EXPECT_DOUBLE_EQ(slow->hardware.memory.bandwidth->value.value(), 9e9);
  EXPECT_DOUBLE_EQ(fast->hardware.memory.bandwidth->value.value(), 11e9);
}

/// Products of the round host: 2e9 FLOPs a row, a matrix of 1e9 bytes, which its DRAM reads in 0.1 s.
ProductRate product(double rows, double seconds) {
  ProductRate result;
  result.rows = rows;
  result.flops = Flops(2e9 * rows);
  result.weights = Bytes(1e9);
  result.rate = rate(2e9 * rows / seconds);
  return result;
}

TEST(HostModel, ProductsGiveTheirRowsCoefficients) {
  HostProbe probe = round_host();
  // Without overlap's correction, which is below 1e-3 where one resource takes five times the other's time:
  // 0.025 s a row (80 % of peak) and 0.5 s of packing.
  probe.rates[0].products = {product(1, 0.125), product(100, 0.5 + 2.5), product(1000, 0.5 + 25)};
  const auto host = host_model(probe, 1, Belief::central);
  ASSERT_TRUE(host);
  EXPECT_NEAR(efficiency(host->calibration, OpClass::gemm), 0.8, 1e-3);
  EXPECT_NEAR(host->calibration.gemm_half_rows, 0.5 / 0.025, 0.1);
  EXPECT_DOUBLE_EQ(host->calibration.memory_share[static_cast<std::size_t>(OpClass::gemm)], 0.1 / 0.125);
  EXPECT_GT(host->calibration.gemm_few_rows, 1);
}

TEST(HostModel, AProductThatReadsFasterThanTheLoopRaisesTheBandwidth) {
  HostProbe probe = round_host();
  probe.rates[0].products = {product(1, 0.08), product(100, 3), product(1000, 25.5)};
  const auto host = host_model(probe, 1, Belief::central);
  ASSERT_TRUE(host);
  EXPECT_DOUBLE_EQ(host->hardware.memory.bandwidth->value.value(), 1e9 / 0.08);
  EXPECT_DOUBLE_EQ(host->calibration.memory_share[static_cast<std::size_t>(OpClass::gemm)], 1);
}

TEST(HostModel, AKernelNeverBeatsTheRoof) {
  HostProbe probe = round_host();
  probe.rates[0].gemm = rate(120e9);
  const auto host = host_model(probe, 1, Belief::central);
  ASSERT_TRUE(host);
  EXPECT_EQ(efficiency(host->calibration, OpClass::gemm), 1);
}

TEST(HostModel, AThreadCountThatWasNotProbedIsRefused) {
  const auto host = host_model(round_host(), 3, Belief::central);
  ASSERT_FALSE(host);
  EXPECT_THAT(host.error().message, ::testing::HasSubstr("3 threads"));
}

}  // namespace
}  // namespace ridgeline
