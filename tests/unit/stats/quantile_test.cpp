#include "stats/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "stats/distributions.h"

namespace ridgeline::stats {
namespace {

TEST(NearestRank, IsTheFloorOfNTimesP) {
  EXPECT_EQ(nearest_rank(1000, 0.9), 900u);
  EXPECT_EQ(nearest_rank(1000, 0.99), 990u);
  EXPECT_EQ(nearest_rank(10, 0.5), 5u);
  EXPECT_EQ(nearest_rank(3, 0.5), 1u);
  EXPECT_EQ(nearest_rank(1, 0.99), 0u);
}

TEST(SupportsQuantile, NeedsOneSampleExpectedBeyond) {
  EXPECT_FALSE(supports_quantile(0, 0.5));
  EXPECT_FALSE(supports_quantile(1, 0.5));
  EXPECT_TRUE(supports_quantile(2, 0.5));
  EXPECT_FALSE(supports_quantile(9, 0.9));
  EXPECT_TRUE(supports_quantile(10, 0.9));
  EXPECT_FALSE(supports_quantile(99, 0.99));
  EXPECT_TRUE(supports_quantile(100, 0.99));
}

// The maximum bounds P99 from above with error 0.99^n: 0.99^367 = 0.02501, 0.99^368 = 0.02476.
TEST(QuantileRanks, AreAbsentUntilBothEndsExist) {
  EXPECT_FALSE(quantile_ranks(0, 0.5));
  EXPECT_FALSE(quantile_ranks(367, 0.99));
  ASSERT_TRUE(quantile_ranks(368, 0.99));
  EXPECT_EQ(quantile_ranks(368, 0.99)->high, 367u);
  EXPECT_FALSE(quantile_ranks(35, 0.9));  // 0.9^35 = 0.02503
  EXPECT_TRUE(quantile_ranks(36, 0.9));   // 0.9^36 = 0.02253
  EXPECT_FALSE(quantile_ranks(5, 0.5));   // 0.5^5 = 0.03125
  ASSERT_TRUE(quantile_ranks(6, 0.5));    // 0.5^6 = 0.01563
  EXPECT_EQ(quantile_ranks(6, 0.5)->low, 0u);
  EXPECT_EQ(quantile_ranks(6, 0.5)->high, 5u);
}

// The definition, by walking every rank.
TEST(QuantileRanks, AreTheTightestThatTheDefinitionAllows) {
  for (const double p : {0.05, 0.5, 0.9, 0.99}) {
    for (const std::size_t n : {400u, 401u, 737u, 1500u}) {
      std::size_t low = 0, high = n - 1;
      while (binomial_cdf(low + 1, n, p) <= 0.025) ++low;
      while (high > 0 && binomial_upper_tail(high, n, p) <= 0.025) --high;
      const auto ranks = quantile_ranks(n, p);
      ASSERT_TRUE(ranks) << n << ' ' << p;
      EXPECT_EQ(ranks->low, low) << n << ' ' << p;
      EXPECT_EQ(ranks->high, high) << n << ' ' << p;
      EXPECT_LE(ranks->low, nearest_rank(n, p));
      EXPECT_GE(ranks->high, nearest_rank(n, p));
    }
  }
}

// Exponential samples, whose quantile is -ln(1-p). The chance that it lies between the ranks is exactly
// P(low < B <= high) for B ~ Binomial(n, p), whatever the distribution; the count of hits is binomial too, so
// five of its standard deviations is one failure in 1.7 million.
TEST(QuantileRanks, CoverTheTrueQuantileAsOftenAsTheyPromise) {
  RandomStream stream(11, "coverage");
  constexpr int trials = 4000;
  for (const double p : {0.5, 0.9, 0.99}) {
    const std::size_t n = p == 0.99 ? 700 : 200;
    const auto ranks = quantile_ranks(n, p);
    ASSERT_TRUE(ranks);
    const double promised = binomial_cdf(ranks->high, n, p) - binomial_cdf(ranks->low, n, p);
    EXPECT_GE(promised, 0.95);
    const double truth = -std::log(1 - p);
    int hits = 0;
    std::vector<double> sample(n);
    for (int trial = 0; trial < trials; ++trial) {
      for (double& x : sample) x = stream.exponential();
      std::sort(sample.begin(), sample.end());
      hits += sample[ranks->low] <= truth && truth <= sample[ranks->high];
    }
    EXPECT_NEAR(hits, trials * promised, 5 * std::sqrt(trials * promised * (1 - promised))) << p;
  }
}

}  // namespace
}  // namespace ridgeline::stats
