#include "ridgeline/tail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace ridgeline {
namespace {

LatencyMoments moments(double mean_ms, double sd_ms) {
  LatencyMoments m;
  m.mean = milliseconds(mean_ms);
  m.sd = milliseconds(sd_ms);
  return m;
}

TailOptions at(std::vector<double> percentiles) {
  TailOptions options;
  options.percentiles = std::move(percentiles);
  return options;
}

std::vector<Seconds> exponential(std::size_t n, std::uint64_t seed) {
  RandomStream stream(seed, "exponential");
  std::vector<Seconds> sample;
  for (std::size_t i = 0; i < n; ++i) sample.push_back(milliseconds(10 * stream.exponential()));
  return sample;
}

// 10 + 2.326 * 5 = 21.63 ms; lognormal with s^2 = ln(1 + 0.25), m = ln 10 - s^2 / 2: 26.8 ms.
TEST(TailOfMoments, AtP99IsTheTextbookFigure) {
  const auto tail = tail_of_moments(moments(10, 5), at({0.99}));
  ASSERT_TRUE(tail);
  const auto& q = tail->quantiles[0].assumed;
  const double s2 = std::log(1.25);
  const boost::math::normal normal(10, 5);
  const boost::math::lognormal lognormal(std::log(10.0) - s2 / 2, std::sqrt(s2));
  EXPECT_NEAR(q.normal.value() * 1e3, quantile(normal, 0.99), 1e-9);
  EXPECT_NEAR(q.lognormal.value() * 1e3, quantile(lognormal, 0.99), 1e-9);
  EXPECT_NEAR(q.normal.value() * 1e3, 21.63, 0.005);
  EXPECT_NEAR(q.lognormal.value() * 1e3, 26.8, 0.05);
  EXPECT_NEAR(q.cantelli.value() * 1e3, 10 + 5 * std::sqrt(99.0), 1e-9);
  EXPECT_NEAR(q.chebyshev.value() * 1e3, 60, 1e-9);
  EXPECT_EQ(tail->samples, 0u);
  EXPECT_FALSE(tail->quantiles[0].observed);
}

TEST(FanOut, OfAHundredIsSlowTwoTimesInThree) {
  TailOptions options;
  options.parts = {1, 100};
  const auto tail = tail_of_moments(moments(10, 5), options);
  ASSERT_TRUE(tail);
  const FanOut& one = tail->fan_outs[0];
  EXPECT_NEAR(one.slow, 0.01, 1e-15);
  EXPECT_NEAR(one.needed, 0.99, 1e-15);
  EXPECT_NEAR(one.quantile.normal.value(), tail->quantiles[3].assumed.normal.value(), 1e-12);
  EXPECT_NEAR(one.normal_worst.value(), 0.010, 1e-12);
  const FanOut& hundred = tail->fan_outs[1];
  EXPECT_NEAR(hundred.slow, 1 - std::pow(0.99, 100), 1e-12);  // 63.4 %
  EXPECT_NEAR(hundred.slow, 0.634, 5e-4);
  // Each part within its quantile at `needed`: all of them are with probability needed^100 = 0.99.
  EXPECT_NEAR(std::pow(hundred.needed, 100), 0.99, 1e-12);
  const boost::math::normal normal(10, 5);
  EXPECT_NEAR(cdf(normal, hundred.quantile.normal.value() * 1e3), hundred.needed, 1e-12);
}

TEST(TailOfMoments, RefusesWhatIsNotALatency) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(tail_of_moments(moments(0, 5)));
  EXPECT_FALSE(tail_of_moments(moments(-1, 5)));
  EXPECT_FALSE(tail_of_moments(moments(nan, 5)));
  EXPECT_FALSE(tail_of_moments(moments(10, -1)));
  EXPECT_FALSE(tail_of_moments(moments(10, nan)));
  for (const double p : {0.0, 1.0, -0.1, nan}) EXPECT_FALSE(tail_of_moments(moments(10, 5), at({p}))) << p;
  TailOptions options;
  options.parts = {0};
  EXPECT_FALSE(tail_of_moments(moments(10, 5), options));
  options.parts = {1'000'000'001};
  EXPECT_FALSE(tail_of_moments(moments(10, 5), options));
  options.parts = {};
  options.target = 1;
  EXPECT_FALSE(tail_of_moments(moments(10, 5), options));
  options.target = 0.99;
  options.expected_interval = milliseconds(1);
  EXPECT_FALSE(tail_of_moments(moments(10, 5), options)) << "nothing to correct";
}

// 1000 latencies of 1 .. 1000 ms: rank floor(n p) of them is n p + 1 ms.
TEST(TailOfSamples, ReadsPercentilesAtTheNearestRank) {
  std::vector<Seconds> sample;
  for (int i = 0; i < 1000; ++i) sample.push_back(milliseconds((i * 619) % 1000 + 1));
  const auto tail = tail_of_samples(sample, at({0.5, 0.9, 0.99, 0.999, 0.9999}));
  ASSERT_TRUE(tail);
  EXPECT_NEAR(tail->moments.mean.value(), 0.5005, 1e-12);
  // Of 1 .. n: variance n (n + 1) / 12 with n - 1 in the denominator.
  EXPECT_NEAR(tail->moments.sd.value(), 1e-3 * std::sqrt(1000.0 * 1001 / 12), 1e-12);
  EXPECT_NEAR(tail->quantiles[0].observed->value, 0.501, 1e-12);
  EXPECT_NEAR(tail->quantiles[1].observed->value, 0.901, 1e-12);
  EXPECT_NEAR(tail->quantiles[2].observed->value, 0.991, 1e-12);
  EXPECT_NEAR(tail->quantiles[3].observed->value, 1.000, 1e-12);
  EXPECT_FALSE(tail->quantiles[3].observed->low) << "one sample beyond supports no interval";
  EXPECT_FALSE(tail->quantiles[4].observed) << "none is expected beyond P99.99";
}

TEST(TailOfSamples, HoldsTheTruthOfIndependentSamples) {
  const auto tail = tail_of_samples(exponential(50000, 3), at({0.5, 0.99, 0.999}));
  ASSERT_TRUE(tail);
  for (const auto& q : tail->quantiles) {
    const double truth = -0.010 * std::log(1 - q.percentile);
    ASSERT_TRUE(q.observed && q.observed->low && q.observed->high) << q.percentile;
    EXPECT_LE(*q.observed->low, truth);
    EXPECT_GE(*q.observed->high, truth);
    EXPECT_GT(*q.effective_samples, 40000);
  }
}

// Each latency ten times running: as much is known as from a tenth of them.
TEST(TailOfSamples, CountsRepeatedNeighboursOnce) {
  std::vector<Seconds> repeated;
  for (const Seconds t : exponential(5000, 4)) repeated.insert(repeated.end(), 10, t);
  const auto tail = tail_of_samples(repeated, at({0.9}));
  ASSERT_TRUE(tail);
  const auto& q = tail->quantiles[0];
  EXPECT_NEAR(*q.effective_samples, 5000, 500);
  EXPECT_GT(*q.observed->high - *q.observed->low, 2 * (*q.if_independent->high - *q.if_independent->low));
}

// Cantelli's bound with the sample's own mean and SD holds for every sample: at least a share 1 - p of it
// lies at or above the nearest-rank quantile, and the SD with n - 1 is the greater one.
TEST(TailOfSamples, NeverExceedsCantellisBound) {
  RandomStream stream(9, "shapes");
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Seconds> sample;
    const double exponent = 4 * stream.uniform();
    for (int i = 0; i < 300; ++i) sample.push_back(milliseconds(std::pow(stream.exponential(), exponent)));
    const auto tail = tail_of_samples(sample, at({0.01, 0.5, 0.9, 0.99}));
    ASSERT_TRUE(tail);
    for (const auto& q : tail->quantiles) {
      EXPECT_LE(q.observed->value, q.assumed.cantelli.value() * (1 + 1e-12));
      EXPECT_LE(q.assumed.cantelli.value(), q.assumed.chebyshev.value());
    }
  }
}

// Of the samples 1 ms and 3 ms, the worst of two draws is 1 ms once in four: (1 + 3 * 3) / 4.
TEST(TailOfSamples, ExpectsTheWorstOfDrawsWithReplacement) {
  TailOptions options;
  options.parts = {1, 2, 3};
  const auto tail = tail_of_samples({milliseconds(3), milliseconds(1)}, options);
  ASSERT_TRUE(tail);
  EXPECT_NEAR(tail->fan_outs[0].observed_worst->value(), 2e-3, 1e-15);
  EXPECT_NEAR(tail->fan_outs[1].observed_worst->value(), 2.5e-3, 1e-15);
  EXPECT_FALSE(tail->fan_outs[2].observed_worst) << "two samples say nothing of the worst of three";
}

// A loop that issues every 10 ms meets a pause of 1 s: 99 queries are missing, at 990, 980 ... 10 ms. As
// recorded, P99 of 1000 queries is 1 ms. With them the k-th from the top of all is 1010 - 10 k ms.
TEST(TailOfSamples, AddsWhatAClosedLoopLeftOut) {
  std::vector<Seconds> sample(1000, milliseconds(1));
  sample[500] = Seconds(1);
  TailOptions options = at({0.99});
  options.expected_interval = milliseconds(10);
  const auto tail = tail_of_samples(sample, options);
  ASSERT_TRUE(tail);
  const std::size_t all = 1000 + tail->added;
  EXPECT_NEAR(static_cast<double>(tail->added), 99,
              1);  // whether 10 ms itself counts is a matter of rounding
  EXPECT_NEAR(tail->quantiles[0].observed->value, 1e-3, 1e-15);
  const auto from_top = static_cast<double>(all - static_cast<std::size_t>(0.99 * static_cast<double>(all)));
  EXPECT_NEAR(tail->quantiles[0].corrected->value(), 1.010 - 0.010 * from_top, 1e-9);
}

TEST(TailOfSamples, OfEqualLatenciesHasNoSpread) {
  const auto tail = tail_of_samples(std::vector<Seconds>(1000, milliseconds(0.433)), at({0.99}));
  ASSERT_TRUE(tail);
  EXPECT_EQ(tail->moments.sd.value(), 0);
  EXPECT_EQ(tail->quantiles[0].observed->value, 0.433e-3);
  EXPECT_NEAR(tail->quantiles[0].assumed.lognormal.value(), 0.433e-3, 1e-15);
  EXPECT_NEAR(tail->fan_outs[1].observed_worst->value(), 0.433e-3, 1e-15);
}

TEST(TailOfSamples, RefusesWhatIsNotASample) {
  EXPECT_FALSE(tail_of_samples(std::vector<Seconds>{}));
  EXPECT_FALSE(tail_of_samples({milliseconds(1)}));
  EXPECT_FALSE(tail_of_samples({milliseconds(1), milliseconds(-1)}));
  EXPECT_FALSE(tail_of_samples({milliseconds(1), Seconds(std::numeric_limits<double>::infinity())}));
  EXPECT_FALSE(tail_of_samples({Seconds(0), Seconds(0)}));
  TailOptions options;
  options.expected_interval = microseconds(0.001);
  EXPECT_FALSE(tail_of_samples({Seconds(1), Seconds(1)}, options)) << "a billion samples to add";
  options.expected_interval = Seconds(0);
  EXPECT_FALSE(tail_of_samples({Seconds(1), Seconds(1)}, options));
}

}  // namespace
}  // namespace ridgeline
