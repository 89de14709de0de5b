#include "stats/difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

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

TEST(TailShare, TwoSidesHaveWelchsDegrees) {
  // Variances 1 and 9 of 10 and 20 blocks: 10^2 / (1 / 9 + 81 / 19) = 22.86, of which 22 count whole.
  const double degrees = 100 / (1.0 / 9 + 81.0 / 19);
  EXPECT_NEAR(tail_share({narrow, 10}, {wide, 20}),
              normal_below(-student_t(22, 0.95) * std::sqrt((degrees + 1) / degrees)), 1e-12);
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
