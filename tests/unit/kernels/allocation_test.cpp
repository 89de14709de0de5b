// A kernel's time costs arithmetic only: nothing is allocated on the way to an answer.
#include <gtest/gtest.h>

#include "allocation_count.h"
#include "devices.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

template <class Shape, class Coefficients>
std::size_t allocations_of(const Shape& shape, const Coefficients& c) {
  const Hardware hardware = h100();
  const std::size_t before = test::allocation_count();
  const auto time = kernel_time(shape, hardware, c);
  const std::size_t after = test::allocation_count();
  EXPECT_TRUE(time);
  return after - before;
}

TEST(KernelTime, allocates_nothing) {
  GemmCoefficients gemm;
  gemm.compute_efficiency = gemm.memory_efficiency = gemm.stream_rate = gemm.overlap_power = 1;
  EXPECT_EQ(allocations_of(GemmShape{KernelFormat::bf16, 64, 4096, 4096}, gemm), 0U);
  ContextCoefficients context;
  context.memory_efficiency = context.cached_rate = context.cache_knee = 1;
  context.efficiency[0].fill(0.5);
  EXPECT_EQ(allocations_of(ContextAttention{1, 1024, 8, 8, 128}, context), 0U);
  GenerationCoefficients generation;
  generation.memory_efficiency = 1;
  generation.kernels[0][0].split_tokens = 256;
  EXPECT_EQ(allocations_of(GenerationAttention{8, 1024, 8, 8, 128}, generation), 0U);
  CollectiveCoefficients collective;
  collective.link_efficiency = 1;
  EXPECT_EQ(allocations_of(CollectiveShape{CollectiveOp::all_reduce, 8, Bytes(1 << 20)}, collective), 0U);
  MoeCoefficients moe;
  moe.compute_efficiency = moe.memory_efficiency = moe.stream_rate = moe.activation_efficiency =
      moe.overlap_power = 1;
  EXPECT_EQ(allocations_of(MoeShape{KernelFormat::bf16, 64, 4096, 1536, 128, 8}, moe), 0U);
}

}  // namespace
}  // namespace ridgeline
