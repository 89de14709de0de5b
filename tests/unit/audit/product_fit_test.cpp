#include "audit/product_fit.h"

#include <gtest/gtest.h>

#include "engine/cost.h"

namespace ridgeline {
namespace {

using audit::fit_products;
using audit::TimedProduct;

constexpr double flops_of_one_row = 2e6, peak = 1e11, bandwidth = 2e10;
const Bytes weights(4e6);

/// What the engine says such products take under a calibration: the fit must find that calibration again.
std::vector<TimedProduct> engine_times(const Calibration& calibration) {
  engine::DeviceView device;
  device.peaks[static_cast<std::size_t>(Precision::fp32)] = FlopsPerSecond(peak);
  device.memory_bandwidth = BytesPerSecond(bandwidth);
  const auto rates = engine::make_rates(device, calibration, Bytes(1e9));
  std::vector<TimedProduct> products;
  for (const double rows : {1.0, 8.0, 24.0, 96.0, 768.0}) {
    Op op;
    op.m = rows;
    op.flops = Flops(rows * flops_of_one_row);
    op.weights = weights;
    op.format = Precision::fp32;
    const auto cost = engine::cost(op, rates);
    products.push_back({rows, overlapped(cost.compute, cost.memory, calibration.overlap)});
  }
  return products;
}

Calibration known() {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.overlap = Overlap::partial;
  c.compute_efficiency[static_cast<std::size_t>(OpClass::gemm)] = 0.85;
  c.memory_share[static_cast<std::size_t>(OpClass::gemm)] = 0.7;
  c.gemm_half_rows = 20;
  c.gemm_few_rows = audit::few_rows;
  c.gemm_few_share = 0.5;
  return c;
}

audit::ProductFit fit(const std::vector<TimedProduct>& products) {
  return fit_products(products, Flops(flops_of_one_row), weights, FlopsPerSecond(peak),
                      BytesPerSecond(bandwidth));
}

TEST(ProductFit, FindsTheCalibrationThatMadeTheTimes) {
  const auto found = fit(engine_times(known()));
  // One row is taken for memory's alone; its compute is a fifth of that (2e6 / (0.85 x 0.5 x 1e11) = 47 us of
  // 286 us), which the fourth-power mean turns into 2e-4.
  EXPECT_NEAR(found.memory_share, 0.7, 0.7 * 1e-3);
  EXPECT_NEAR(found.efficiency, 0.85, 0.85 * 1e-3);
  EXPECT_NEAR(found.half_rows, 20, 20 * 5e-3);
  EXPECT_NEAR(found.few_share, 0.5, 0.5 * 5e-3);
}

TEST(ProductFit, NothingToPackLeavesNoHalfRows) {
  Calibration c = known();
  c.gemm_half_rows = 0;
  const auto found = fit(engine_times(c));
  EXPECT_NEAR(found.half_rows, 0, 0.05);
  EXPECT_NEAR(found.efficiency, 0.85, 0.85 * 1e-3);
}

TEST(ProductFit, TheRoofHoldsAgainstNoise) {
  auto products = engine_times(known());
  products.back().time = products.back().time * 0.7;  // 18 % above the peak
  const auto found = fit(products);
  EXPECT_LE(found.efficiency, 1);
  EXPECT_GE(found.half_rows, 0);
  EXPECT_LE(found.memory_share, 1);
  EXPECT_LE(found.few_share, 1);
}

TEST(ProductFit, AMemorySlowerThanAllItsProductsLeavesShares) {
  std::vector<TimedProduct> products = engine_times(known());
  for (auto& product : products) product.time = products.front().time;
  const auto found = fit(products);
  EXPECT_GT(found.efficiency, 0);
  EXPECT_LE(found.efficiency, 1);
  EXPECT_GT(found.few_share, 0);
  EXPECT_LE(found.few_share, 1);
}

}  // namespace
}  // namespace ridgeline
