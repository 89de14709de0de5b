#include "stats/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ridgeline::stats {
namespace {

/// The sum that binomial_cdf replaces, term by term.
double cdf_by_sum(unsigned k, unsigned n, double p) {
  double sum = 0;
  for (unsigned i = 0; i <= k && i <= n; ++i) {
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) + i * std::log(p) +
                    (n - i) * std::log1p(-p));
  }
  return sum;
}

TEST(Binomial, AgreesWithTheSum) {
  for (const double p : {0.01, 0.1, 0.5, 0.9, 0.999}) {
    for (unsigned k = 0; k < 40; ++k) EXPECT_NEAR(binomial_cdf(k, 40, p), cdf_by_sum(k, 40, p), 1e-12) << k;
  }
}

TEST(Binomial, TailsComplementEachOtherAndEndWhereTheyMust) {
  for (unsigned k = 1; k <= 30; ++k) {
    EXPECT_NEAR(binomial_cdf(k - 1, 30, 0.3) + binomial_upper_tail(k, 30, 0.3), 1.0, 1e-13) << k;
  }
  EXPECT_EQ(binomial_cdf(30, 30, 0.3), 1.0);
  EXPECT_EQ(binomial_cdf(31, 30, 0.3), 1.0);
  EXPECT_EQ(binomial_upper_tail(0, 30, 0.3), 1.0);
  EXPECT_EQ(binomial_upper_tail(31, 30, 0.3), 0.0);
  EXPECT_NEAR(binomial_upper_tail(30, 30, 0.3) / std::pow(0.3, 30), 1.0, 1e-12);
}

// With one degree of freedom T is Cauchy: P(|T| <= t) = 2 atan(t) / pi. With two: t / sqrt(2 + t^2).
TEST(StudentT, MatchesTheClosedForms) {
  constexpr double pi = 3.14159265358979323846;
  EXPECT_NEAR(student_t(1, 0.95), std::tan(0.95 * pi / 2), 1e-10);
  EXPECT_NEAR(student_t(2, 0.95), 0.95 * std::sqrt(2 / (1 - 0.95 * 0.95)), 1e-12);
  EXPECT_NEAR(student_t(10'000'000, 0.95), 1.959964, 1e-5);  // the normal's
}

}  // namespace
}  // namespace ridgeline::stats
