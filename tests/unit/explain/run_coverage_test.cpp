// A small version of validation/run-differences: few trials, wide bounds.

#include <gtest/gtest.h>

#include "../../support/coverage.h"

namespace ridgeline::coverage {
namespace {

std::vector<Covered> tried(const Setting& setting, std::uint64_t trials) {
  RunComparison how;
  how.replicas = 200;
  std::vector<Covered> covered;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) add_trial(setting, seed, how, covered);
  return covered;
}

/// Of 300 trials at 95 % four standard deviations are 5 %; of 200 replicas an interval is itself a little too
/// narrow.
void expect_covered(const std::vector<Covered>& covered, std::string_view metric) {
  for (const Covered& c : covered) {
    if (c.metric != metric) continue;
    EXPECT_GT(c.given, c.trials * 95 / 100) << metric;
    EXPECT_GT(c.share(), 0.89) << metric;
    EXPECT_LT(c.share(), 0.995) << metric;
    EXPECT_GT(c.share_relative(), 0.89) << metric;
  }
}

TEST(RunCoverage, IndependentQueriesOfEqualSystems) {
  const auto covered = tried(lognormals("independent", 250, 0, 1), 300);
  for (const char* metric : {"p50", "p90", "mean"}) {
    expect_covered(covered, metric);
    for (const Covered& c : covered) {
      if (c.metric != metric) continue;
      EXPECT_LT(c.shown, c.given / 10) << metric;  // false alarms
    }
  }
}

TEST(RunCoverage, DependentQueriesOfSystemsThatDiffer) {
  const auto covered = tried(lognormals("dependent", 800, 0.5, 1.05), 300);
  for (const char* metric : {"p50", "p90", "mean"}) expect_covered(covered, metric);
}

}  // namespace
}  // namespace ridgeline::coverage
