#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ridgeline {
namespace {

// Vectors of the reference xoshiro256** from the state {1, 2, 3, 4} are published; ours is reached through
// the seeding, so the check is of the recurrence's first word: rotl(s1 * 5, 7) * 9 with the state that
// SplitMix64 gives.
TEST(RandomStream, StreamsAreNamedAndIndependentOfEachOther) {
  RandomStream a(1, "arrivals"), again(1, "arrivals"), other(1, "noise"), seed2(2, "arrivals");
  const auto first = a.bits();
  EXPECT_EQ(first, again.bits());
  EXPECT_NE(first, other.bits());
  EXPECT_NE(first, seed2.bits());
}

// n uniform draws have mean 1/2 and standard error 1/sqrt(12 n): five of those is one failure in 1.7 million.
TEST(RandomStream, MomentsMatchTheDistributions) {
  constexpr int n = 200000;
  RandomStream stream(7, "moments");
  double u = 0, e = 0, e2 = 0, z = 0, z2 = 0;
  for (int i = 0; i < n; ++i) {
    u += stream.uniform();
    const double x = stream.exponential(), y = stream.normal();
    e += x, e2 += x * x, z += y, z2 += y * y;
  }
  const double root = std::sqrt(n);
  EXPECT_NEAR(u / n, 0.5, 5 / std::sqrt(12.0) / root);
  EXPECT_NEAR(e / n, 1.0, 5 / root);
  EXPECT_NEAR(e2 / n, 2.0, 5 * std::sqrt(20.0) / root);  // Var(X^2) = 24 - 4
  EXPECT_NEAR(z / n, 0.0, 5 / root);
  EXPECT_NEAR(z2 / n, 1.0, 5 * std::sqrt(2.0) / root);
}

TEST(RandomStream, BelowIsUniform) {
  RandomStream stream(3, "below");
  std::vector<int> count(7);
  for (int i = 0; i < 70000; ++i) ++count[stream.below(7)];
  for (const int c : count) EXPECT_NEAR(c, 10000, 5 * std::sqrt(10000.0 * 6 / 7));
}

TEST(RandomStream, GapsHaveTheRateAsked) {
  RandomStream stream(11, "gaps");
  double total = 0;
  for (int i = 0; i < 100000; ++i) total += to_seconds(stream.exponential_gap(Hertz(1000))).value();
  EXPECT_NEAR(total, 100.0, 5 * 1e-3 * std::sqrt(100000.0));
}

}  // namespace
}  // namespace ridgeline
