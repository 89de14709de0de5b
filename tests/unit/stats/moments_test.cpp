#include "stats/moments.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "base/random.h"

namespace ridgeline::stats {
namespace {

constexpr Moments ten_and_five{10, 5};

// Boost.Math's distributions, with the lognormal's parameters from its moments:
// s^2 = ln(1 + (5/10)^2) = 0.22314, m = ln 10 - s^2/2.
TEST(Tails, OfTheNormalAndTheLognormalAreTheTextbookOnes) {
  const double s2 = std::log(1.25), m = std::log(10.0) - s2 / 2;
  const boost::math::normal normal(10, 5);
  const boost::math::lognormal lognormal(m, std::sqrt(s2));
  EXPECT_NEAR(boost::math::mean(lognormal), 10, 1e-12);
  EXPECT_NEAR(boost::math::standard_deviation(lognormal), 5, 1e-12);
  for (const double beyond : {0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-9}) {
    const double n = boost::math::quantile(boost::math::complement(normal, beyond));
    const double l = boost::math::quantile(boost::math::complement(lognormal, beyond));
    EXPECT_NEAR(normal_tail(ten_and_five, beyond), n, 1e-12 * n) << beyond;
    EXPECT_NEAR(lognormal_tail(ten_and_five, beyond), l, 1e-12 * l) << beyond;
  }
  EXPECT_NEAR(normal_tail(ten_and_five, 0.01), 21.63, 0.005);  // 10 + 2.326 * 5
  EXPECT_NEAR(lognormal_tail(ten_and_five, 0.01), 26.8, 0.05);
}

// The two-point distribution that attains Cantelli's bound at 1 %: 10 + 5 sqrt(99) with probability 0.01, and
// 10 - 5 / sqrt(99) otherwise.
TEST(Tails, BoundsHoldWithEqualityForTheWorstDistribution) {
  const double high = cantelli_tail(ten_and_five, 0.01), low = 10 - 5 / std::sqrt(99.0);
  const double mean = 0.01 * high + 0.99 * low;
  EXPECT_NEAR(mean, 10, 1e-12);
  EXPECT_NEAR(0.01 * high * high + 0.99 * low * low - mean * mean, 25, 1e-9);
  EXPECT_NEAR(chebyshev_tail(ten_and_five, 0.01), 10 + 5 * 10, 1e-12);
  EXPECT_GT(chebyshev_tail(ten_and_five, 0.2), cantelli_tail(ten_and_five, 0.2));
}

// Closed forms: E max of 1 is the mean, of 2 is mean + sd / sqrt(pi), of 3 is mean + 3 sd / (2 sqrt(pi)).
TEST(ExpectedGreatest, OfFewNormalsIsTheClosedForm) {
  const double root_pi = std::sqrt(std::acos(-1.0));
  EXPECT_NEAR(expected_greatest_normal(ten_and_five, 1), 10, 1e-11);
  EXPECT_NEAR(expected_greatest_normal(ten_and_five, 2), 10 + 5 / root_pi, 1e-11);
  EXPECT_NEAR(expected_greatest_normal(ten_and_five, 3), 10 + 5 * 1.5 / root_pi, 1e-11);
  EXPECT_NEAR(expected_greatest_lognormal(ten_and_five, 1), 10, 1e-11);
}

// Of two lognormals, E max = 2 mean Phi(s / sqrt 2): 2 E[X 1{Z > Z'}], and weighting by X shifts Z by s.
TEST(ExpectedGreatest, OfTwoLognormalsIsTheClosedForm) {
  const double s = std::sqrt(std::log(1.25));
  EXPECT_NEAR(expected_greatest_lognormal(ten_and_five, 2), 20 * std::erfc(-s / 2) / 2, 1e-11);
}

TEST(ExpectedGreatest, OfAThousandIsWhatSimulationGives) {
  RandomStream stream(8, "greatest");
  constexpr int trials = 2000, n = 1000;
  double sum = 0, squares = 0;
  for (int t = 0; t < trials; ++t) {
    double greatest = 0;
    for (int i = 0; i < n; ++i) greatest = std::max(greatest, 10 + 5 * stream.normal());
    sum += greatest;
    squares += greatest * greatest;
  }
  const double mean = sum / trials, error = std::sqrt((squares / trials - mean * mean) / trials);
  EXPECT_NEAR(expected_greatest_normal(ten_and_five, n), mean, 4 * error);
}

TEST(ExpectedGreatest, WithoutSpreadIsTheMean) {
  EXPECT_NEAR(expected_greatest_normal({10, 0}, 1000000), 10, 1e-10);
  EXPECT_NEAR(expected_greatest_lognormal({10, 0}, 1000000), 10, 1e-10);
}

}  // namespace
}  // namespace ridgeline::stats
