#include "calibrate/log_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ridgeline::calibrate {
namespace {

/// Row i measures a * b^x_i with x_i = 0, 1, ..., and errors of `noise`.
std::vector<LogRow> rows_of(double a, double b, std::size_t n, double noise) {
  RandomStream random(3, "log fit");
  std::vector<LogRow> rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = static_cast<double>(i % 5);
    const double measured = std::log(a) + x * std::log(b) + noise * random.normal();
    rows.push_back(
        LogRow{{0, 1},
               [=](std::span<const double> v) { return std::log(v[0]) + x * std::log(v[1]) - measured; },
               1 / 0.1});
  }
  return rows;
}
const std::vector<LogCoefficient> wide = {{"a", 1, 10}, {"b", 1, 10}};

TEST(LogFit, RecoversWhatMadeTheRows) {
  const LogFit exact = fit_logs(wide, rows_of(3, 0.5, 20, 0));
  EXPECT_TRUE(exact.converged);
  EXPECT_NEAR(exact.values[0], 3, 1e-3);
  EXPECT_NEAR(exact.values[1], 0.5, 1e-3);
  const LogFit noisy = fit_logs(wide, rows_of(3, 0.5, 200, 0.1));
  EXPECT_LT(std::abs(std::log(noisy.values[0] / 3)), 3 * noisy.errors[0]);
  EXPECT_LT(std::abs(std::log(noisy.values[1] / 0.5)), 3 * noisy.errors[1]);
}

TEST(LogFit, OneWildRowChangesLittle) {
  std::vector<LogRow> rows = rows_of(3, 0.5, 100, 0);
  const auto honest = rows[0].log_ratio;
  rows[0].log_ratio = [honest](std::span<const double> v) { return honest(v) + 5; };  // e^5 too fast
  const LogFit fit = fit_logs(wide, rows);
  EXPECT_NEAR(fit.values[0], 3, 0.15);
}

TEST(LogFit, WhatNoRowNeedsStaysAtItsPrior) {
  std::vector<LogCoefficient> coefficients = wide;
  coefficients.push_back({"unused", 0.7, 0.3});
  const LogFit fit = fit_logs(coefficients, rows_of(3, 0.5, 20, 0));
  EXPECT_NEAR(fit.values[2], 0.7, 1e-9);
  EXPECT_NEAR(fit.errors[2], 0.3, 1e-9);
}

TEST(LogFit, ErrorsShrinkWithTheRootOfTheRows) {
  const LogFit few = fit_logs(wide, rows_of(3, 0.5, 50, 0)), many = fit_logs(wide, rows_of(3, 0.5, 200, 0));
  EXPECT_NEAR(few.errors[0] / many.errors[0], 2, 0.02);
}

}  // namespace
}  // namespace ridgeline::calibrate
