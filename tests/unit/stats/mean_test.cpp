#include "stats/mean.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"

namespace ridgeline::stats {
namespace {

TEST(Mean, KeepsDigitsThatAPlainSumLoses) {
  std::vector<double> values(10'000'000, 0.1);
  EXPECT_DOUBLE_EQ(mean(values), 0.1);
  EXPECT_NE(std::accumulate(values.begin(), values.end(), 0.0) / 1e7, 0.1);  // so that the test can fail
}

// 1, 2, 3: mean 2, s = 1, t(2, 95 %) = 0.95 sqrt(2 / (1 - 0.95^2)) = 4.302653, half width t / sqrt(3).
TEST(MeanInterval, IsStudents) {
  const std::vector<double> values = {1, 2, 3};
  const auto interval = mean_interval(values);
  ASSERT_TRUE(interval);
  const double half = 0.95 * std::sqrt(2 / (1 - 0.95 * 0.95)) / std::sqrt(3.0);
  EXPECT_NEAR(interval->low, 2 - half, 1e-12);
  EXPECT_NEAR(interval->high, 2 + half, 1e-12);
  EXPECT_FALSE(mean_interval(std::vector<double>{1}));
  EXPECT_FALSE(mean_interval(std::vector<double>{}));
}

TEST(BatchMeans, NeedFiveBatchesOfFive) {
  EXPECT_FALSE(batch_means_interval(std::vector<double>(24, 1.0)));
  EXPECT_TRUE(batch_means_interval(std::vector<double>(25, 1.0)));
}

struct Hits {
  double plain = 0, batched = 0;
};

/// How often each interval holds the mean, 0, of x' = phi x + noise.
Hits coverage(double phi, int trials) {
  RandomStream stream(5, "ar1");
  Hits hits;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> series(4000);
    double x = stream.normal() / std::sqrt(1 - phi * phi);  // starts in the stationary state
    for (double& value : series) value = x = phi * x + stream.normal();
    const auto plain = mean_interval(series), batched = batch_means_interval(series);
    hits.plain += plain->low <= 0 && 0 <= plain->high;
    hits.batched += batched->low <= 0 && 0 <= batched->high;
  }
  hits.plain /= trials;
  hits.batched /= trials;
  return hits;
}

// Neighbours correlated by 0.8 make the mean's variance (1 + 0.8) / (1 - 0.8) = 9 times that of independent
// values: Student's interval is a third of what it should be, and batches of 200 are long enough to see it.
// The plain one covers P(|Z| < 1.96 / 3) = 49 %. Binomial error of 1,000 trials at 95 %: 0.7 points.
TEST(BatchMeans, CoverUnderAutocorrelationWhereThePlainIntervalDoesNot) {
  const Hits dependent = coverage(0.8, 1000);
  EXPECT_NEAR(dependent.plain, 0.49, 0.08);
  EXPECT_NEAR(dependent.batched, 0.95, 0.035);
  const Hits independent = coverage(0, 1000);
  EXPECT_NEAR(independent.plain, 0.95, 0.035);
  EXPECT_NEAR(independent.batched, 0.95, 0.035);
}

std::vector<Completion> poisson(RandomStream& stream, double rate, int n) {
  std::vector<Completion> all;
  Nanoseconds at{0};
  for (int i = 0; i < n; ++i) {
    at += stream.exponential_gap(Hertz(rate));
    Completion c;
    c.at = at;
    all.push_back(c);
  }
  return all;
}

TEST(RateInterval, CoversThePoissonRate) {
  RandomStream stream(9, "poisson");
  constexpr int trials = 1000, n = 2000;
  int hits = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto completions = poisson(stream, 100, n);
    const double rate = n / to_seconds(completions.back().at).value();
    const auto interval = rate_interval(completions, Nanoseconds(0), rate);
    hits += interval->low <= 100 && 100 <= interval->high;
  }
  EXPECT_NEAR(hits / double(trials), 0.95, 0.035);  // five binomial standard deviations
}

// Whole batches of 8 at a steady pace are one rate; their simultaneous samples are no evidence of another.
TEST(RateInterval, IsAPointForSteadyBatches) {
  std::vector<Completion> completions;
  for (int batch = 1; batch <= 30; ++batch) {
    for (int i = 0; i < 8; ++i) {
      Completion c;
      c.at = std::chrono::milliseconds(10 * batch);
      completions.push_back(c);
    }
  }
  const auto interval = rate_interval(completions, Nanoseconds(0), 800);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 800, 1e-6);
  EXPECT_NEAR(interval->high, 800, 1e-6);
  completions.resize(8 * 24);
  EXPECT_FALSE(rate_interval(completions, Nanoseconds(0), 800));
}

}  // namespace
}  // namespace ridgeline::stats
