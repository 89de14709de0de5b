#include "serve/md1.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ridgeline::serve {
namespace {

constexpr Seconds service(0.002);
Md1 queue(double rho) { return Md1(Hertz(rho / service.value()), service); }

/// Erlang's own formula, whose terms alternate: P(W <= x) = (1 - rho) sum_{i=0}^{floor(x/S)} (-y_i)^i e^{y_i}
/// / i! with y_i = lambda (x - i S). Good for short waits only.
double erlang(double rho, double x) {
  double sum = 0, factorial = 1;
  for (int i = 0; i <= static_cast<int>(x); ++i) {
    if (i > 0) factorial *= i;
    const double y = rho * (x - i);
    sum += std::pow(-y, i) * std::exp(y) / factorial;
  }
  return (1 - rho) * sum;
}

class AtLoad : public testing::TestWithParam<double> {};

TEST_P(AtLoad, AgreesWithErlangsFormulaWhereThatIsAccurate) {
  const double rho = GetParam();
  for (double x = 0; x < 6; x += 0.0937) {
    EXPECT_NEAR(queue(rho).wait_cdf(x * service), erlang(rho, x), 1e-10) << "x = " << x;
  }
}

// E[W] = integral of P(W > x), by Simpson over each service interval (the distribution has kinks between).
TEST_P(AtLoad, IntegratesToPollaczekKhinchine) {
  const double rho = GetParam();
  const Md1 q = queue(rho);
  const double end = 20 + std::ceil(15 / (1 - rho));
  constexpr int steps = 8;
  double integral = 0;
  for (double k = 0; k < end; ++k) {
    for (int i = 0; i <= steps; ++i) {
      const double inside = k + std::min(static_cast<double>(i) / steps, 1 - 1e-13);
      const double weight = (i == 0 || i == steps) ? 1 : (i % 2 == 1 ? 4 : 2);
      integral += weight / (3.0 * steps) * (1 - q.wait_cdf(inside * service));
    }
  }
  const double expected = rho / (2 * (1 - rho));
  EXPECT_NEAR(integral, expected, 1e-4 * expected);
  EXPECT_NEAR(q.mean_wait() / service, expected, 1e-12 * expected);
}

TEST_P(AtLoad, IsADistribution) {
  const double rho = GetParam();
  const Md1 q = queue(rho);
  EXPECT_EQ(q.wait_cdf(Seconds(-1)), 0);
  EXPECT_NEAR(q.wait_cdf(Seconds(0)), 1 - rho, 1e-12);  // an arrival finds the server idle
  double last = 0;
  for (double x = 0; x < 100; x += 0.37) {
    const double now = q.wait_cdf(x * service);
    EXPECT_GE(now, last - 1e-12);
    EXPECT_LE(now, 1);
    last = now;
  }
}

TEST_P(AtLoad, QuantilesInvertTheDistribution) {
  const double rho = GetParam();
  const Md1 q = queue(rho);
  for (const double p : {0.1, 0.5, 0.9, 0.99, 0.999}) {
    const Seconds x = q.wait_quantile(p);
    if (p <= 1 - rho) {
      EXPECT_EQ(x, Seconds(0));
    } else {
      EXPECT_NEAR(q.wait_cdf(x), p, 1e-9);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Loads, AtLoad, testing::Values(0.05, 0.3, 0.5, 0.7, 0.9, 0.95));

// Heavy traffic: (1 - rho) W / S tends to an exponential of mean 1/2 (Kingman), at any quantile.
TEST(Md1, StaysAccurateNearSaturation) {
  const double rho = 0.9999;
  const Md1 q = queue(rho);
  for (const double p : {0.5, 0.9, 0.99}) {
    const double limit = -std::log(1 - p) / (2 * (1 - rho));
    EXPECT_NEAR(q.wait_quantile(p) / service, limit, 2e-3 * limit);
  }
}

}  // namespace
}  // namespace ridgeline::serve
