// Properties over random shapes: no time beats the roofline, and times are finite and grow with the work.
#include <gtest/gtest.h>

#include <cmath>
#include <string_view>

#include "base/random.h"
#include "devices.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

GemmCoefficients fast_gemm() {
  // As fast as coefficients go, so that only the form of the formula holds the time up.
  GemmCoefficients c;
  c.compute_efficiency = c.memory_efficiency = c.quantise_efficiency = c.wave_smoothing = 1;
  c.stream_rate = 30;
  c.overlap_power = 12;
  return c;
}
ContextCoefficients fast_context() {
  ContextCoefficients c;
  c.memory_efficiency = 1;
  c.cache_knee = 4;
  c.cached_rate = 20;
  c.cache_traffic = 0.1;
  for (auto& kernel : c.efficiency) kernel.fill(1);
  return c;
}
GenerationCoefficients fast_generation() {
  GenerationCoefficients c;
  c.memory_efficiency = 1;
  c.fp8_cache_efficiency = 1.2;
  c.unshared_efficiency = 8;
  c.sharing_limit = 32;
  c.harness.warm_rate = 10;  // must not matter to a served time
  c.harness.warm_knee = 2;
  for (auto& cache : c.kernels) {
    for (auto& kernel : cache) kernel.split_tokens = 32;
  }
  return c;
}
MoeCoefficients fast_moe() {
  MoeCoefficients c;
  c.compute_efficiency = c.memory_efficiency = c.activation_efficiency = 1;
  c.stream_rate = 30;
  c.overlap_power = 12;
  c.harness.warm_rate = 5;
  return c;
}

/// Whole numbers spread evenly over magnitudes.
class Sizes {
 public:
  explicit Sizes(std::string_view stream) : random_(7, stream) {}
  double up_to(double most) { return std::floor(std::exp(uniform() * std::log(most + 0.999))); }
  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& choices) {
    return choices[static_cast<std::size_t>(uniform() * N)];
  }
  double uniform() { return random_.uniform(); }

 private:
  RandomStream random_;
};

template <class Shape, class Coefficients>
void expect_above_roofline(const Shape& shape, const Hardware& hardware, const Coefficients& c) {
  const auto time = kernel_time(shape, hardware, c);
  const auto least = kernel_roofline(shape, hardware);
  ASSERT_TRUE(time) << time.error().message;
  ASSERT_TRUE(least) << least.error().message;
  EXPECT_TRUE(std::isfinite(time->value()));
  EXPECT_GT(least->value(), 0);
  EXPECT_GE(time->value(), least->value() * (1 - 1e-12));
}

constexpr int trials = 2000;
constexpr std::array<KernelFormat, 7> gemm_formats{
    KernelFormat::bf16,  KernelFormat::fp8,          KernelFormat::fp8_block,   KernelFormat::int8,
    KernelFormat::nvfp4, KernelFormat::int8_weights, KernelFormat::int4_weights};

TEST(Roofline, gemm_flops_and_bytes_by_hand) {
  // 2 * 4096^3 / 989e12 = 138.97 us against 3 * 2 * 4096^2 / 3.35e12 = 30.05 us.
  const auto least = kernel_roofline(GemmShape{KernelFormat::bf16, 4096, 4096, 4096}, h100());
  ASSERT_TRUE(least);
  EXPECT_DOUBLE_EQ(least->value(), 2 * std::pow(4096, 3) / 989e12);
  // One row: 2 B x (4096 + 4096 * 4096 + 4096) / 3.35e12.
  const auto row = kernel_roofline(GemmShape{KernelFormat::bf16, 1, 4096, 4096}, h100());
  ASSERT_TRUE(row);
  EXPECT_DOUBLE_EQ(row->value(), 2 * (4096.0 * 4096 + 8192) / 3.35e12);
}

TEST(Roofline, no_gemm_beats_it) {
  Sizes sizes("gemm");
  for (int i = 0; i < trials; ++i) {
    const GemmShape shape{sizes.one_of(gemm_formats), sizes.up_to(65536), sizes.up_to(65536),
                          sizes.up_to(65536)};
    expect_above_roofline(shape, b200(), fast_gemm());
    GemmCoefficients by_rows = fast_gemm();
    by_rows.tile_choice = TileChoice::by_rows_small;
    expect_above_roofline(shape, b200(), by_rows);
  }
}

TEST(Roofline, no_context_attention_beats_it) {
  Sizes sizes("context");
  for (int i = 0; i < trials; ++i) {
    const bool fp8 = sizes.uniform() < 0.5;
    const double kv_heads = sizes.up_to(16);
    const ContextAttention shape{sizes.up_to(64),
                                 sizes.up_to(131072),
                                 kv_heads * sizes.up_to(16),
                                 kv_heads,
                                 sizes.one_of(attention_head_dims),
                                 sizes.uniform() < 0.5 ? 0 : sizes.up_to(4096),
                                 fp8 ? Precision::fp8 : Precision::bf16,
                                 sizes.uniform() < 0.5 ? Precision::fp8 : Precision::bf16};
    expect_above_roofline(shape, h100(), fast_context());
  }
}

TEST(Roofline, no_generation_attention_beats_it) {
  Sizes sizes("generation");
  for (int i = 0; i < trials; ++i) {
    const double kv_heads = sizes.up_to(16);
    const GenerationAttention shape{sizes.up_to(2048),
                                    sizes.up_to(131072),
                                    kv_heads * sizes.up_to(128),
                                    kv_heads,
                                    sizes.one_of(attention_head_dims),
                                    sizes.uniform() < 0.5 ? 0 : sizes.up_to(4096),
                                    sizes.uniform() < 0.5 ? Precision::fp8 : Precision::bf16};
    expect_above_roofline(shape, h100(), fast_generation());
  }
}

TEST(Roofline, no_collective_beats_it) {
  CollectiveCoefficients c;
  c.link_efficiency = c.one_shot.link_efficiency = 1;
  Sizes sizes("collective");
  for (int i = 0; i < trials; ++i) {
    const CollectiveShape shape{static_cast<CollectiveOp>(i % 4), 1 + sizes.up_to(7),
                                Bytes(sizes.up_to(1e9))};
    expect_above_roofline(shape, h100(), c);
  }
}

TEST(Roofline, no_moe_beats_it) {
  Sizes sizes("moe");
  constexpr std::array<double, 4> ranks{1, 2, 4, 8};
  constexpr std::array<KernelFormat, 4> formats{KernelFormat::bf16, KernelFormat::fp8, KernelFormat::nvfp4,
                                                KernelFormat::mxfp4_fp8};
  for (int i = 0; i < trials; ++i) {
    MoeShape shape{sizes.one_of(formats), sizes.up_to(16384), sizes.up_to(8192), sizes.up_to(8192)};
    shape.experts = 8 * sizes.up_to(32);
    shape.top_k = sizes.up_to(8);
    shape.expert_parallel = sizes.one_of(ranks);
    shape.gated = sizes.uniform() < 0.8;
    shape.routing = static_cast<Routing>(i % 3);
    expect_above_roofline(shape, b200(), fast_moe());
  }
}

TEST(Roofline, a_served_time_never_uses_what_a_harness_left_in_l2) {
  GenerationCoefficients c = fast_generation();
  const GenerationAttention small{1, 128, 8, 1, 128};
  const auto served = kernel_time(small, h100(), c);
  const auto repeated = kernel_time(small, h100(), c, KernelSetting::benchmark);
  c.harness = {};
  const auto without = kernel_time(small, h100(), c);
  ASSERT_TRUE(served && repeated && without);
  EXPECT_EQ(served->value(), without->value());
  EXPECT_LT(repeated->value(), served->value());
}

TEST(KernelTime, grows_with_every_size_of_a_gemm) {
  GemmCoefficients c = fast_gemm();
  c.wave_smoothing = 0.5;
  c.compute_efficiency = 0.8;
  const auto time = [&](double m, double n, double k) {
    return kernel_time(GemmShape{KernelFormat::bf16, m, n, k}, h100(), c)->value();
  };
  for (double size = 64; size <= 32768; size *= 2) {
    EXPECT_LE(time(size, 4096, 4096), time(2 * size, 4096, 4096));
    EXPECT_LE(time(4096, size, 4096), time(4096, 2 * size, 4096));
    EXPECT_LE(time(4096, 4096, size), time(4096, 4096, 2 * size));
  }
}

TEST(KernelTime, waves_are_felt_when_nothing_smooths_them) {
  // 12 x 11 tiles of 128 x 128 are one wave of 132 units; one column more makes 144, and two.
  GemmCoefficients c = fast_gemm();
  c.wave_smoothing = 0;
  c.tile_choice = TileChoice::by_rows;  // 128 x 128 above 128 rows
  const auto one = kernel_time(GemmShape{KernelFormat::bf16, 1536, 1408, 8192}, h100(), c);
  const auto two = kernel_time(GemmShape{KernelFormat::bf16, 1536, 1409, 8192}, h100(), c);
  ASSERT_TRUE(one && two);
  EXPECT_NEAR(two->value() / one->value(), 2.0, 0.01);
}

TEST(KernelTime, unknown_figures_and_bad_sizes_are_errors) {
  Hardware bare = h100();
  bare.compute_units.reset();
  const auto time = kernel_time(GemmShape{}, bare, fast_gemm());
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().kind, ErrorKind::unavailable);
  EXPECT_NE(time.error().message.find("compute_units"), std::string::npos);
  EXPECT_EQ(kernel_time(GemmShape{KernelFormat::nvfp4, 1, 1, 1}, h100(), fast_gemm()).error().kind,
            ErrorKind::unavailable);
  EXPECT_EQ(kernel_time(GemmShape{KernelFormat::bf16, 0, 1, 1}, h100(), fast_gemm()).error().kind,
            ErrorKind::bad_input);
  EXPECT_EQ(kernel_time(GemmShape{KernelFormat::bf16, 1, std::nan(""), 1}, h100(), fast_gemm()).error().kind,
            ErrorKind::bad_input);
  const CollectiveShape beyond{CollectiveOp::all_reduce, 16, Bytes(1024)};
  CollectiveCoefficients c;
  c.link_efficiency = 1;
  EXPECT_EQ(kernel_time(beyond, h100(), c).error().kind, ErrorKind::bad_input);
  EXPECT_EQ(kernel_time(ContextAttention{}, h100(), ContextCoefficients{}).error().kind,
            ErrorKind::unavailable);
}

TEST(MoeLoad, balanced_and_random_by_hand) {
  MoeShape shape{KernelFormat::bf16, 2, 1024, 1024, 8, 2};
  shape.routing = Routing::random;
  // 2 tokens choose 2 of 8: an expert stays idle with (6/8)^2, so 8 * 7/16 = 3.5 are busy.
  EXPECT_DOUBLE_EQ(moe_load(shape).experts, 3.5);
  EXPECT_DOUBLE_EQ(moe_load(shape).pairs, 4);
  shape.routing = Routing::balanced;
  EXPECT_DOUBLE_EQ(moe_load(shape).experts, 4);
  shape.expert_parallel = 4;  // 1 pair and 2 experts a rank
  EXPECT_DOUBLE_EQ(moe_load(shape).experts, 1);
  EXPECT_DOUBLE_EQ(moe_load(shape).pairs, 1);
}

}  // namespace
}  // namespace ridgeline
