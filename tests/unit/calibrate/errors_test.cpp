#include "calibrate/errors.h"

#include <gtest/gtest.h>

namespace ridgeline::calibrate {
namespace {

TEST(Errors, SummaryFollowsItsFormulas) {
  Errors errors;
  const Seconds measured(2.0);
  // predicted / measured: 1.1, 0.8, 1.5, 0.9 -> +10, -20, +50, -10 %
  const double ratios[] = {1.1, 0.8, 1.5, 0.9};
  for (const double ratio : ratios) errors.add(measured * ratio, measured, std::nullopt);
  const ErrorSummary summary = errors.summary();
  EXPECT_EQ(summary.rows, 4u);
  EXPECT_NEAR(summary.mape, (10.0 + 20 + 50 + 10) / 4, 1e-9);
  EXPECT_NEAR(summary.median, (10.0 + 20) / 2, 1e-9);  // of 10, 10, 20, 50
  EXPECT_NEAR(summary.bias, 0.0, 1e-9);                // of -20, -10, 10, 50
  EXPECT_EQ(summary.coverage, 0);                      // no interval was given
}

TEST(Errors, AnOddNumberHasAMiddle) {
  Errors errors;
  for (const double ratio : {0.5, 1.2, 1.3}) errors.add(Seconds(ratio), Seconds(1), std::nullopt);
  EXPECT_NEAR(errors.summary().median, 30, 1e-9);  // of 20, 30, 50
  EXPECT_NEAR(errors.summary().bias, 20, 1e-9);    // of -50, 20, 30
}

TEST(Errors, CoverageCountsOnlyRowsWithAnInterval) {
  Errors errors;
  const auto around_one = std::pair{Seconds(0.5), Seconds(1.5)};
  errors.add(Seconds(1), Seconds(1.5), around_one);  // on the edge: inside
  errors.add(Seconds(1), Seconds(1.6), around_one);
  errors.add(Seconds(1), Seconds(0.4), around_one);
  errors.add(Seconds(1), Seconds(9), std::nullopt);
  EXPECT_NEAR(errors.summary().coverage, 100.0 / 3, 1e-9);
  EXPECT_EQ(errors.with_interval(), 3u);
}

TEST(Errors, NothingIsNoError) {
  const ErrorSummary summary = Errors().summary();
  EXPECT_EQ(summary.rows, 0u);
  EXPECT_EQ(summary.mape, 0);
  EXPECT_EQ(summary.median, 0);
}

}  // namespace
}  // namespace ridgeline::calibrate
