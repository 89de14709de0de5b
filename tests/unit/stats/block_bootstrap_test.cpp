#include "stats/block_bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace ridgeline::stats {
namespace {

TEST(BlockPlan, AnElementIsAUnitOfAShortSeries) {
  const BlockPlan plan = plan_blocks(500, 1);
  EXPECT_EQ(plan.unit, 1u);
  EXPECT_EQ(plan.units, 500u);
  EXPECT_EQ(plan.blocks(), 500u);
}

TEST(BlockPlan, ALongSeriesHasAtMostAThousandUnits) {
  const BlockPlan plan = plan_blocks(100'001, 1);
  EXPECT_EQ(plan.unit, 101u);   // ceil(100001 / 1000)
  EXPECT_EQ(plan.units, 991u);  // ceil(100001 / 101)
  EXPECT_EQ(plan.block(), 101u);
  EXPECT_EQ(plan.unit_of(100'000), 990u);
}

TEST(BlockPlan, BlocksStartAnEighthOfABlockApart) {
  const BlockPlan plan = plan_blocks(10'000, 240);
  EXPECT_EQ(plan.unit, 30u);
  EXPECT_EQ(plan.units_per_block, 8u);
  EXPECT_EQ(plan.block(), 240u);
  EXPECT_EQ(plan.blocks(), 41u);  // 334 units of which each block has 8
}

TEST(BlockPlan, ABlockIsNoLongerThanTheSeries) {
  const BlockPlan plan = plan_blocks(10, 1e6);
  EXPECT_EQ(plan.block(), 10u);
  EXPECT_EQ(plan.blocks(), 1u);
}

TEST(BlockLength, OfGeometricAutocorrelation) {
  // AR(1) with coefficient r: t = (1 + r) / (1 - r), sum |k| R(k) = g 2 r / (1 - r^2), and (t - 1/t) / 2 is
  // just that: r = 1/2 gives t = 3, 4/3 = (3 - 1/3) / 2.
  const double g = 2 * 0.5 / (1 - 0.25);
  EXPECT_NEAR(g, (3 - 1.0 / 3) / 2, 1e-15);
  const double d = 4.0 / 3, n = 1000;
  EXPECT_NEAR(block_length(1000, 3), std::cbrt(2 * g * g / d * n), 1e-9);
  EXPECT_EQ(block_length(1000, 1), 1);
}

TEST(BlockLength, WhatBlocksMissIsWhatNeighboursOfTwoBlocksShare) {
  // r = 1/2: sum_k |k| r^|k| / sum_k r^|k| = 4 / 3 to a block's length, 40.
  EXPECT_NEAR(missed_variance(40, 3), 4.0 / 3 / 40, 1e-15);
  EXPECT_EQ(missed_variance(1, 1), 0);
  EXPECT_EQ(missed_variance(1, 50), 0.5);
}

TEST(ExcessKurtosis, IsThatOfTheBlocks) {
  // Of 8 units: 2 x 1^4 / 8 over (2 x 1^2 / 8)^2, less 3.
  const BlockPlan single = plan_blocks(8, 1);
  EXPECT_NEAR(excess_kurtosis(std::vector<double>{1, 0, 0, -1, 0, 0, 0, 0}, single), 4.0 - 3, 1e-12);
  EXPECT_NEAR(excess_kurtosis(std::vector<double>{1, -1, 1, -1, 1, -1, 1, -1}, single), 1.0 - 3, 1e-12);
  EXPECT_EQ(excess_kurtosis(std::vector<double>(8), single), 0);
  // Pairs of neighbours, round the end: 1, 1, 0, -1, -1, 0, 0, 0 of the first.
  BlockPlan pairs = single;
  pairs.units_per_block = 2;
  EXPECT_NEAR(excess_kurtosis(std::vector<double>{1, 0, 0, -1, 0, 0, 0, 0}, pairs), 8.0 * 4 / 16 - 3, 1e-12);
  EXPECT_EQ(excess_kurtosis(std::vector<double>{1, -1, 1, -1, 1, -1, 1, -1}, pairs), 0);
}

TEST(BlockDraws, TakeWholeBlocksOfNeighboursRoundTheEnd) {
  const BlockPlan plan = plan_blocks(64, 16);
  ASSERT_EQ(plan.unit, 2u);
  ASSERT_EQ(plan.units_per_block, 8u);
  BlockDraws draws(plan, 1, "test");
  std::vector<double> seen(plan.units);
  for (int i = 0; i < 2000; ++i) {
    const auto times = draws.next();
    EXPECT_EQ(std::accumulate(times.begin(), times.end(), 0.0), 32);  // 4 blocks of 8 units
    // A block adds one to 8 neighbours: the rises and falls round the circle are at most one each a block.
    double rises = 0;
    for (std::size_t u = 0; u < plan.units; ++u) {
      rises += std::max(0.0, times[(u + 1) % plan.units] - times[u]);
      seen[u] += times[u];
    }
    EXPECT_LE(rises, 4);
  }
  // Every unit as often as another: 2000 times on average, with a standard deviation of about sqrt(2000 x
  // 7/8).
  for (const double count : seen) EXPECT_NEAR(count, 2000, 6 * std::sqrt(2000 * 0.875));
}

TEST(BlockDraws, FollowTheSeedAndTheName) {
  const BlockPlan plan = plan_blocks(100, 1);
  const auto first = [&](std::uint64_t seed, const char* name) {
    BlockDraws draws(plan, seed, name);
    const auto times = draws.next();
    return std::vector<double>(times.begin(), times.end());
  };
  EXPECT_EQ(first(1, "A"), first(1, "A"));
  EXPECT_NE(first(1, "A"), first(2, "A"));
  EXPECT_NE(first(1, "A"), first(1, "B"));
}

}  // namespace
}  // namespace ridgeline::stats
