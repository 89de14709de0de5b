#include "stats/difference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "stats/distributions.h"

namespace ridgeline::stats {
namespace {

double normal_below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

const std::vector<double> narrow{-1, 1}, wide{-3, 3};

TEST(TailShare, OfManyBlocksIsTheNominalOne) {
  EXPECT_NEAR(tail_share({narrow, 100'000}, {wide, 100'000}), 0.025, 1e-5);
  EXPECT_NEAR(tail_share({}, {}), 0.025, 1e-15);
}

TEST(TailShare, OfFewBlocksIsStudents) {
  // One side of 20 blocks: t of 19 degrees, 2.093, raised by sqrt(20 / 19).
  EXPECT_NEAR(tail_share({narrow, 20}, {}), normal_below(-2.0930240544 * std::sqrt(20.0 / 19)), 1e-9);
  EXPECT_NEAR(tail_share({narrow, 20}, {}), 0.0159, 1e-4);
}

TEST(TailShare, WhatBlocksMissIsAdded) {
  const double z = -1.959963984540054 / std::sqrt(0.9);
  EXPECT_NEAR(tail_share({narrow, 10'000'000, 0.1}, {}), normal_below(z), 1e-6);
  EXPECT_NEAR(variance({wide, 10, 0.1}), 9 * 10.0 / 9 / 0.9, 1e-12);
}

TEST(TailShare, TheSurplusOfQuantilesIsTakenOff) {
  // n = 2000 independent values, P99: 4.45 ranks, so that the variance is 0.798 / 4.45 = 18 % too high.
  const double surplus = quantile_surplus(2000, 2000, 0.99);
  EXPECT_NEAR(surplus, std::sqrt(2 / 3.14159265358979) / std::sqrt(2000 * 0.99 * 0.01), 1e-12);
  const Replicas one{narrow, 10'000'000, 0, surplus};
  EXPECT_NEAR(tail_share(one, one), normal_below(-1.959963984540054 / std::sqrt(1 + surplus)), 1e-6);
  // The replicas of the quantile of a uniform sample: their variance, over that of the quantile itself.
  RandomStream stream(1, "surplus");
  double resampled = 0, squares = 0, sum = 0;
  constexpr int samples = 2000, n = 400;
  for (int i = 0; i < samples; ++i) {
    std::vector<double> values(n);
    for (double& v : values) v = stream.uniform();
    std::sort(values.begin(), values.end());
    sum += values[360] / samples;
    squares += values[360] * values[360] / samples;
    double first = 0, second = 0;
    for (int d = 0; d < 20; ++d) {  // the rank of a replica's P90 is about normal with sd 6
      const auto rank = static_cast<std::size_t>(std::lround(360 + 6 * stream.normal()));
      const double q = values[std::min<std::size_t>(rank, n - 1)];
      first += q / 20;
      second += q * q / 20;
    }
    resampled += (second - first * first) * 20 / 19 / samples;
  }
  EXPECT_NEAR(resampled / (squares - sum * sum), 1 + quantile_surplus(n, n, 0.9), 0.08);
}

TEST(TailShare, TwoSidesHaveWelchsDegrees) {
  // Variances 1 and 9 of 10 and 20 blocks: 10^2 / (1 / 9 + 81 / 19) = 22.86, of which 22 count whole.
  // Each variance is raised by its own n / (n - 1).
  const double raised = (10.0 / 9 + 9 * 20.0 / 19) / 10;
  EXPECT_NEAR(tail_share({narrow, 10}, {wide, 20}), normal_below(-student_t(22, 0.95) * std::sqrt(raised)),
              1e-12);
}

TEST(TailShare, UnevenBlocksHaveFewerDegrees) {
  // 2 / d = 2 / 99 + 8 / 100, d = 19.96: of 100 blocks no more than of 20 that are even.
  Replicas uneven{narrow, 100};
  uneven.excess_kurtosis = 8;
  EXPECT_NEAR(tail_share(uneven, {}), normal_below(-student_t(19, 0.95) * std::sqrt(100.0 / 99)), 1e-12);
  uneven.excess_kurtosis = -1;  // blocks more even than normal ones are not taken for knowledge
  EXPECT_EQ(tail_share(uneven, {}), tail_share({narrow, 100}, {}));
}

TEST(Variance, OfFewBlocksIsRaised) {
  EXPECT_NEAR(variance({wide, 10}), 9 * 10.0 / 9, 1e-12);
  EXPECT_EQ(variance({}), 0);
}

TEST(Between, LeavesOutAsMuchAtEitherEnd) {
  std::vector<double> replicas;
  for (int i = 100; i > 0; --i) replicas.push_back(i);
  const auto interval = between(replicas, 0.025);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 3);  // two below it, two above the other
  EXPECT_EQ(interval->high, 98);
}

TEST(Between, KnowsNothingOfWhatIsNoNumber) {
  std::vector<double> replicas{1, std::numeric_limits<double>::quiet_NaN(), 2};
  EXPECT_FALSE(between(replicas, 0.1));
}

}  // namespace
}  // namespace ridgeline::stats
