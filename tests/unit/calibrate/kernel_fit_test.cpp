// Coefficients that made synthetic times come back out of a fit; rows that cannot be measurements do not go
// in.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "calibrate/kernel_rows.h"
#include "calibrate/kernel_solve.h"
#include "calibrate/parallel.h"
#include "fixtures.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline {
namespace {

using calibrate::catalog;
GemmCoefficients truth() {
  GemmCoefficients c;
  c.fixed_time = microseconds(2.5);
  c.compute_efficiency = 0.78;
  c.memory_efficiency = 0.81;
  c.stream_rate = 4;
  c.step_latency = Seconds(0.4e-9);
  c.tile_time = microseconds(0.9);
  c.split_time = microseconds(1.2);
  c.wave_smoothing = 0.4;
  c.overlap_power = 3.5;
  return c;
}

constexpr double noise = 0.03;

/// Times under `truth` with noise, n and k from a grid; products with `shifted` columns take half as long
/// again.
class SyntheticKernels : public testing::Test {
 protected:
  std::string write(double shifted = 0) {
    const Hardware& h100 = **catalog().hardware("h100-sxm-80gb");
    RandomStream random(5, "synthetic kernels");
    std::string path = folder_.path("h100_sxm.trtllm-1.3.0.gemm.csv");
    std::ofstream out(path);
    out.precision(12);
    out << "gemm_dtype,m,n,k,latency\n";
    for (double n = 256; n <= 32768; n *= 2) {
      for (double k = 256; k <= 16384; k *= 4) {
        for (double m = 1; m <= 16384; m *= 4) {
          const double time = kernel_time(GemmShape{KernelFormat::bf16, m, n, k}, h100, truth())->value();
          const double factor = std::exp(noise * random.normal()) * (n == shifted ? 1.5 : 1);
          out << "bfloat16," << m << ',' << n << ',' << k << ',' << time * 1e3 * factor << '\n';
        }
      }
    }
    return path;
  }
  Folder folder_;
};

const FittedKernel<GemmCoefficients>& fitted_gemm(const KernelFit& fit) {
  return *fit.calibrations.find("h100-sxm-80gb", "trtllm")->gemm[0];
}

TEST_F(SyntheticKernels, give_back_the_coefficients_that_made_them) {
  KernelFitOptions options;
  options.cross_validate = false;
  const auto fit = fit_kernels({write()}, catalog(), options);
  ASSERT_TRUE(fit) << fit.error().message;
  const auto& gemm = fitted_gemm(*fit);
  const auto close = [](double value, double error, double expected) {
    EXPECT_GT(error, 0);
    EXPECT_LT(std::abs(value - expected), 4 * error) << value << " +- " << error << " for " << expected;
    EXPECT_LT(std::abs(value / expected - 1), 0.25);
  };
  close(gemm.value.fixed_time.value(), gemm.error.fixed_time.value(), truth().fixed_time.value());
  close(gemm.value.compute_efficiency, gemm.error.compute_efficiency, truth().compute_efficiency);
  close(gemm.value.memory_efficiency, gemm.error.memory_efficiency, truth().memory_efficiency);
  close(gemm.value.split_time.value(), gemm.error.split_time.value(), truth().split_time.value());
  // The median of |normal| is 0.6745 standard deviations.
  EXPECT_NEAR(gemm.in_sample.median, 100 * 0.6745 * noise, 0.5);
  EXPECT_EQ(gemm.rows, 8U * 4 * 8);
  EXPECT_FALSE(gemm.cross_validated);
  EXPECT_TRUE(fit->cross_validated.files.empty());
}

TEST_F(SyntheticKernels, are_fitted_the_same_to_the_bit_on_any_number_of_threads) {
  KernelFitOptions options;
  options.cross_validate = false;
  const std::string path = write(), other = folder_.path("h100_sxm.vllm-0.11.0.gemm.csv");
  std::filesystem::copy_file(path, other);
  std::vector<std::string> written;
  for (const std::size_t threads : {1, 2, 8}) {
    calibrate::most_threads = threads;
    const auto fit = fit_kernels({path, other}, catalog(), options);
    ASSERT_TRUE(fit) << fit.error().message;
    ASSERT_EQ(fit->calibrations.all().size(), 2U);
    std::string& text = written.emplace_back();
    for (const KernelCalibration& one : fit->calibrations.all()) text += write_kernel_calibration(one);
  }
  calibrate::most_threads = 0;
  EXPECT_EQ(written[0], written[1]);
  EXPECT_EQ(written[0], written[2]);
}

TEST_F(SyntheticKernels, are_left_out_by_whole_groups_of_shapes) {
  const auto even = fit_kernels({write()}, catalog());
  ASSERT_TRUE(even) << even.error().message;
  ASSERT_TRUE(fitted_gemm(*even).cross_validated);
  EXPECT_LT(fitted_gemm(*even).cross_validated->median, 1.5 * 100 * 0.6745 * noise);
  EXPECT_TRUE(even->cross_validated.cross_validated);
  // A group's shift of a half is met as an error of a third, whatever the other groups say.
  const auto shifted = fit_kernels({write(1024)}, catalog());
  ASSERT_TRUE(shifted);
  EXPECT_GT(fitted_gemm(*shifted).cross_validated->mape, fitted_gemm(*even).cross_validated->mape + 2.5);
}

TEST_F(SyntheticKernels, validate_with_the_fit_and_say_what_has_no_coefficients) {
  KernelFitOptions options;
  options.cross_validate = false;
  const std::string path = write();
  const auto fit = fit_kernels({path}, catalog(), options);
  ASSERT_TRUE(fit);
  const auto known = validate_kernels({path}, catalog(), fit->calibrations);
  ASSERT_TRUE(known);
  ASSERT_EQ(known->ops.size(), 1U);
  EXPECT_EQ(known->ops[0].rows, fitted_gemm(*fit).rows);
  EXPECT_NEAR(known->ops[0].errors.median, fitted_gemm(*fit).in_sample.median, 1e-9);
  const auto unknown = validate_kernels({path}, catalog(), KernelCalibrations());
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->ops[0].rows, 0U);
  EXPECT_EQ(unknown->ops[0].unanswered, known->ops[0].rows);
  EXPECT_NE(unknown->files[0].unanswered_because.find("trtllm"), std::string::npos);
}

TEST_F(SyntheticKernels, need_more_rows_than_coefficients_and_one_file_an_operation) {
  const std::string path = folder_.path("h100_sxm.trtllm-1.3.0.gemm.csv");
  std::ofstream(path) << "gemm_dtype,m,n,k,latency\nbfloat16,64,4096,4096,0.02\n";
  const auto few = fit_kernels({path}, catalog());
  ASSERT_TRUE(few);
  ASSERT_EQ(few->notes.size(), 1U);
  EXPECT_NE(few->notes[0].find("1 rows"), std::string::npos);
  EXPECT_FALSE(fit_kernels({path, path}, catalog()));
}

TEST(SuspectKernels, are_faster_than_the_device_can_be) {
  const Hardware& h100 = **catalog().hardware("h100-sxm-80gb");
  const Hardware& l40s = **catalog().hardware("l40s");
  MeasuredKernel row;
  row.shape = GemmShape{KernelFormat::bf16, 1, 4096, 4096};
  const double floor = 2 * (4096.0 * 4096 + 8192) / 3.35e12;  // weights, one row in, one out
  row.time = Seconds(1.01 * floor);
  EXPECT_FALSE(*calibrate::beats_roofline(row, h100));
  row.time = Seconds(0.99 * floor);
  EXPECT_TRUE(*calibrate::beats_roofline(row, h100));
  // Where L2 is large and memory slow, 2 MB were warm, and no bound holds but the peak.
  row.shape = GemmShape{KernelFormat::bf16, 1, 1024, 1024};
  row.time = Seconds(1e-6);
  EXPECT_FALSE(*calibrate::beats_roofline(row, l40s));
  EXPECT_TRUE(calibrate::stays_warm(l40s));
  EXPECT_FALSE(calibrate::stays_warm(h100));
}

TEST(RobustFit, ignores_a_tenth_of_wild_rows_and_stays_within_bounds) {
  // log ratios of a constant: a / 3 for nine rows of ten, and a hundred times off for the tenth.
  const auto model = [](const std::vector<double>& a, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = std::log(a[0] / (i % 10 == 0 ? 300 : 3 * (i % 2 == 0 ? 1.02 : 0.98)));
    }
    return true;
  };
  const auto fit = calibrate::fit_robust({{1, 0.1, 10}}, 200, model, 50);
  ASSERT_TRUE(fit.usable);
  EXPECT_NEAR(fit.numbers[0], 3, 0.1);  // the mean of the logarithms would be 4.75
  EXPECT_GT(fit.errors[0], 0);
  const auto bounded = calibrate::fit_robust({{1, 0.1, 2}}, 200, model, 200);
  EXPECT_LE(bounded.numbers[0], 2);
  EXPECT_NEAR(bounded.numbers[0], 2, 0.02);
}

TEST(KernelErrors, are_medians_and_means_of_relative_errors) {
  // 10 % and 20 % above, 50 % below: median 20, mean 80 / 3.
  const KernelErrors odd = calibrate::summarise({std::log(1.1), std::log(0.5), std::log(1.2)});
  EXPECT_NEAR(odd.median, 20, 1e-9);
  EXPECT_NEAR(odd.mape, 80.0 / 3, 1e-9);
  EXPECT_NEAR(calibrate::summarise({std::log(1.1), std::log(1.2)}).median, 15, 1e-9);
  EXPECT_EQ(calibrate::summarise({}).median, 0);
}

}  // namespace
}  // namespace ridgeline
