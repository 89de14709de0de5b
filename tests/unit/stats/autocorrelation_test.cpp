#include "stats/autocorrelation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/random.h"

namespace ridgeline::stats {
namespace {

using Series = std::vector<double>;

/// Stationary AR(1) with standard normal marginals: x' = phi x + sqrt(1 - phi^2) z.
Series autoregressive(std::size_t n, double phi, RandomStream& stream) {
  Series series(n);
  double x = stream.normal();
  for (double& each : series) {
    each = x;
    x = phi * x + std::sqrt(1 - phi * phi) * stream.normal();
  }
  return series;
}

/// Waiting times of M/M/1 with service rate 1 (Lindley), from the stationary state: P(W > x) = rho
/// e^-(1-rho)x.
Series waiting_times(std::size_t n, double rho, RandomStream& stream) {
  Series series(n);
  double wait = stream.uniform() < rho ? stream.exponential() / (1 - rho) : 0;
  for (double& each : series) {
    each = wait;
    wait = std::max(0.0, wait + stream.exponential() - stream.exponential() / rho);
  }
  return series;
}

/// The same estimate written as its definition reads, in O(n) a lag.
double effective_by_definition(const Series& x, double threshold) {
  const std::size_t n = x.size();
  double mean = 0;
  for (const double v : x) mean += (v > threshold) / static_cast<double>(n);
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < n; ++i)
      sum += ((x[i] > threshold) - mean) * ((x[i + lag] > threshold) - mean);
    return sum / static_cast<double>(n);
  };
  double sum = 0, before = 1e300;
  for (std::size_t lag = 0; lag + 1 <= n / 2 + 1; lag += 2) {
    const double pair = std::min(before, covariance(lag) + covariance(lag + 1));
    if (pair <= 0) break;
    sum += pair;
    before = pair;
  }
  return std::min(static_cast<double>(n), static_cast<double>(n) / (2 * sum / covariance(0) - 1));
}

TEST(EffectiveSize, IsWhatItsDefinitionSays) {
  RandomStream stream(1, "definition");
  for (const std::size_t n : {63u, 64u, 65u, 1000u, 1537u}) {
    for (const double phi : {0.0, 0.6, 0.95}) {
      const Series x = autoregressive(n, phi, stream);
      for (const double threshold : {0.0, 1.0}) {
        EXPECT_NEAR(effective_size(x, threshold), effective_by_definition(x, threshold), 1e-6)
            << n << ' ' << phi << ' ' << threshold;
      }
    }
  }
}

TEST(EffectiveSize, IsTheWholeSampleWhenNothingOrAllIsAbove) {
  const Series x = {1, 2, 3, 4};
  EXPECT_EQ(effective_size(x, 4), 4);
  EXPECT_EQ(effective_size(x, 0), 4);
  EXPECT_EQ(effective_size(Series{}, 0), 0);
}

// The indicators of x > 0 of a Gaussian AR(1) have rho_k = (2/pi) asin(phi^k) (Sheppard), so that
// n / n_eff = 1 + 2 sum_k (2/pi) asin(phi^k).
TEST(EffectiveSize, OfAnAutoregressiveSeriesIsTheKnownOne) {
  const double pi = std::acos(-1.0);
  RandomStream stream(2, "known");
  for (const double phi : {0.5, 0.9}) {
    double inflation = 1;
    for (double r = phi; r > 1e-12; r *= phi) inflation += 4 / pi * std::asin(r);
    constexpr std::size_t n = 200000;
    const double effective = effective_size(autoregressive(n, phi, stream), 0);
    EXPECT_NEAR(static_cast<double>(n) / effective / inflation, 1, 0.1) << phi;
  }
}

// The same series in 50 stretches of 4,000, long against its memory. A variance of 50 values is known to
// sqrt(2 / 49) = 20 %; the allowance for it makes the size smaller by (1.960 / 2.010)^2.
TEST(EffectiveSize, FollowsFromTheSpreadOfStretches) {
  const double pi = std::acos(-1.0);
  RandomStream stream(4, "stretches");
  constexpr std::size_t n = 200000, stretch = 4000;
  double inflation = 1, mean = 0;
  for (double r = 0.9; r > 1e-12; r *= 0.9) inflation += 4 / pi * std::asin(r);
  constexpr int trials = 20;
  for (int trial = 0; trial < trials; ++trial) {
    const Series x = autoregressive(n, 0.9, stream);
    std::vector<Exceedances> stretches;
    for (std::size_t i = 0; i < n; i += stretch) {
      Exceedances e;
      for (std::size_t k = i; k < i + stretch; ++k) e.above += x[k] > 0;
      e.samples = stretch;
      stretches.push_back(e);
    }
    mean += static_cast<double>(n) / effective_size(stretches) / trials;
  }
  const double allowance = 2.010 * 2.010 / (1.960 * 1.960);
  EXPECT_NEAR(mean / (allowance * inflation), 1, 3 * 0.2 / std::sqrt(trials));
}

TEST(EffectiveSize, OfStretchesThatDoNotDifferIsTheWhole) {
  EXPECT_EQ(effective_size(std::vector<Exceedances>{{100, 1}, {100, 1}}), 200);
  EXPECT_EQ(effective_size(std::vector<Exceedances>{{100, 0}, {100, 0}}), 200);
  EXPECT_EQ(effective_size(std::vector<Exceedances>{{100, 1}}), 0) << "one stretch shows no spread";
}

TEST(EffectiveSize, StopsBelowWhatIsAskedFor) {
  RandomStream stream(5, "least");
  const Series x = autoregressive(20000, 0.99, stream);
  const double all = effective_size(x, 1.0), stopped = effective_size(x, 1.0, 5000);
  EXPECT_LT(all, 1000);
  EXPECT_GE(stopped, all);
  EXPECT_LT(stopped, 5000);
}

TEST(DependentQuantileRanks, OfIndependentSamplesAreTheExactOnes) {
  for (const std::size_t n : {1000u, 4321u, 50000u}) {
    const auto exact = quantile_ranks(n, 0.99),
               ranks = dependent_quantile_ranks(n, static_cast<double>(n), 0.99);
    ASSERT_TRUE(exact && ranks);
    EXPECT_EQ(ranks->low, exact->low);
    EXPECT_EQ(ranks->high, exact->high);
  }
}

// A sample of any size needs 1000 effective ones to have 10 beyond P99, and as many to have 10 below P1.
TEST(DependentQuantileRanks, AreAbsentWhereTheEffectiveSamplesDoNotSuffice) {
  for (const double p : {0.01, 0.99}) {
    EXPECT_FALSE(dependent_quantile_ranks(100000, 999.9, p)) << p;
    EXPECT_TRUE(dependent_quantile_ranks(100000, 1000, p)) << p;
  }
  EXPECT_FALSE(dependent_quantile_ranks(0, 0, 0.5));
}

// Each effective sample stands for 100: 1000 of them have their ranks in the proportions of quantile_ranks.
TEST(DependentQuantileRanks, AreThoseOfTheEffectiveSampleScaled) {
  const auto small = quantile_ranks(1000, 0.99), ranks = dependent_quantile_ranks(100000, 1000, 0.99);
  ASSERT_TRUE(small && ranks);
  EXPECT_EQ(ranks->low, small->low * 100);
  EXPECT_EQ(ranks->high, (small->high + 1) * 100 - 1);
}

/// Shares of all runs.
struct Coverage {
  double stated = 0;       ///< have an interval
  double missed = 0;       ///< have one without the truth
  double independent = 0;  ///< have the truth in the interval that takes samples as independent
};

Coverage coverage(int trials, double p, double truth, const std::function<Series()>& draw) {
  Coverage share;
  const auto holds = [truth](const Series& sorted, const RankInterval& ranks) {
    return sorted[ranks.low] <= truth && truth <= sorted[ranks.high];
  };
  for (int i = 0; i < trials; ++i) {
    const Series series = draw();
    Series sorted = series;
    std::sort(sorted.begin(), sorted.end());
    const double estimate = sorted[nearest_rank(sorted.size(), p)];
    const double effective = effective_size(series, estimate);
    const auto ranks = dependent_quantile_ranks(sorted.size(), effective, p);
    const auto naive = quantile_ranks(sorted.size(), p);
    if (ranks) share.stated += 1.0 / trials;
    if (ranks && !holds(sorted, *ranks)) share.missed += 1.0 / trials;
    if (naive && holds(sorted, *naive)) share.independent += 1.0 / trials;
  }
  return share;
}

/// Four standard deviations of the share among so many runs that hit with 95 %.
double tolerance(int trials) { return 4 * std::sqrt(0.95 * 0.05 / trials); }

TEST(DependentQuantileRanks, CoverTheQuantilesOfAnAutoregressiveSeries) {
  constexpr int trials = 1000;
  struct Case {
    double p, truth;
  };
  // Phi^-1(0.5), Phi^-1(0.9).
  for (const Case c : {Case{0.5, 0.0}, Case{0.9, 1.2815515655446004}}) {
    RandomStream stream(4, "ar1");
    const auto share = coverage(trials, c.p, c.truth, [&] { return autoregressive(4000, 0.8, stream); });
    EXPECT_NEAR(share.stated, 1, 1e-9) << c.p;
    EXPECT_NEAR(share.missed, 0.05, tolerance(trials)) << c.p;
    EXPECT_LT(share.independent, 0.85) << c.p << ": these must be too narrow, or the test has no teeth";
  }
}

/// The wait that a share p of the customers stays within: rho e^-(1-rho)x = 1 - p.
double wait_quantile(double rho, double p) { return std::log(rho / (1 - p)) / (1 - rho); }

TEST(DependentQuantileRanks, CoverTheWaitOfAQueue) {
  struct Case {
    double p;
    std::size_t n;
    int trials;
  };
  constexpr double rho = 0.7;
  for (const Case c : {Case{0.5, 20000, 300}, Case{0.9, 20000, 300}, Case{0.99, 100000, 150}}) {
    RandomStream stream(6, "mm1");
    const auto share =
        coverage(c.trials, c.p, wait_quantile(rho, c.p), [&] { return waiting_times(c.n, rho, stream); });
    EXPECT_NEAR(share.stated, 1, 1e-9) << c.p;
    EXPECT_NEAR(share.missed, 0.05, tolerance(c.trials)) << c.p;
    EXPECT_LT(share.independent, 0.75) << c.p;
  }
}

// Runs too short for their percentile: intervals would miss up to 9 times in 10, so that they are not stated.
TEST(DependentQuantileRanks, AreWithheldFromRunsThatAreTooShort) {
  constexpr int trials = 200;
  constexpr double rho = 0.9;
  for (const std::size_t n : {5000u, 20000u}) {
    RandomStream stream(7, "short");
    const auto share =
        coverage(trials, 0.99, wait_quantile(rho, 0.99), [&] { return waiting_times(n, rho, stream); });
    EXPECT_LT(share.stated, 0.5) << n;
    EXPECT_LT(share.missed, 0.05 + tolerance(trials)) << n;
    EXPECT_LT(share.independent, 0.4) << n;
  }
}

}  // namespace
}  // namespace ridgeline::stats
