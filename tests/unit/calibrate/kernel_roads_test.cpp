// Two roads to the time of a large matrix product: the engine's smooth roofline and the kernel model's tiles,
// with the coefficients that are shipped.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/cost.h"
#include "ridgeline/calibration.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

/// m rows through an n x k weight in bf16, as the engine costs it.
Seconds engine_time(const Hardware& hardware, const Calibration& calibration, double m, double n, double k) {
  Op op;
  op.kind = OpClass::gemm;
  op.format = Precision::bf16;
  op.flops = Flops(2 * m * n * k);
  op.weights = Bytes(2 * n * k);
  op.activations = Bytes(2 * m * (n + k));
  op.m = m;
  op.n = n;
  op.k = k;
  const auto view = engine::view(hardware, Precision::bf16);
  const engine::OpCost cost = engine::cost(op, engine::make_rates(*view, calibration, op.weights));
  return overlapped(cost.compute, cost.memory, calibration.overlap);
}

TEST(TwoRoads, agree_on_large_products) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const auto kernels = KernelCalibrations::load(std::string(RIDGELINE_DATA_DIR) + "/calibration/kernels");
  ASSERT_TRUE(kernels) << kernels.error().message;
  std::size_t seen = 0;
  for (const KernelCalibration& one : kernels->all()) {
    const auto& gemm = one.gemm[static_cast<std::size_t>(KernelFormat::bf16)];
    if (!gemm) continue;
    const Hardware& hardware = **catalog->hardware(one.hardware);
    // Ideal bounds it from below, and no stack stays under 1 / 1.8 of it (the lowest is L40S, bf16); the
    // priors of the fitted calibration, one efficiency for all shapes, lie within a factor of 1.6 either way.
    const Calibration prior = Calibrations().find(hardware, one.stack, "").calibration;
    for (const double size : {4096.0, 8192.0, 16384.0}) {
      const double kernel =
          kernel_time(GemmShape{KernelFormat::bf16, size, size, size}, hardware, gemm->value)->value();
      const double ideal = engine_time(hardware, Calibration::ideal(), size, size, size).value();
      const double smooth = engine_time(hardware, prior, size, size, size).value();
      EXPECT_GE(kernel, ideal * (1 - 1e-12)) << one.hardware << ' ' << one.stack;
      EXPECT_LT(kernel, 1.8 * ideal) << one.hardware << ' ' << one.stack;
      EXPECT_LT(std::abs(std::log(kernel / smooth)), std::log(1.6)) << one.hardware << ' ' << one.stack;
      ++seen;
    }
  }
  EXPECT_EQ(seen, 8U * 3);  // four devices, two stacks
}

TEST(ShippedKernels, cover_every_file_that_was_measured_and_read_back_unchanged) {
  const auto kernels = KernelCalibrations::load(std::string(RIDGELINE_DATA_DIR) + "/calibration/kernels");
  ASSERT_TRUE(kernels) << kernels.error().message;
  for (const char* device : {"a100-sxm-80gb", "h100-sxm-80gb", "b200-sxm-192gb", "l40s"}) {
    const KernelCalibration* nccl = kernels->find(device, "nccl");
    ASSERT_NE(nccl, nullptr) << device;
    for (const auto& collective : nccl->collectives) EXPECT_TRUE(collective) << device;
    for (const char* stack : {"vllm", "trtllm"}) {
      const KernelCalibration* one = kernels->find(device, stack);
      ASSERT_NE(one, nullptr) << device << ' ' << stack;
      EXPECT_TRUE(one->gemm[0] && one->moe[0] && one->context_attention && one->generation_attention);
      EXPECT_TRUE(one->collectives[static_cast<std::size_t>(CollectiveOp::all_reduce)]);
      EXPECT_FALSE(one->source.empty());
    }
  }
}

}  // namespace
}  // namespace ridgeline
