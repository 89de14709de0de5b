#include "ridgeline/max_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runs.h"

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

Scenario limited() {
  Scenario s = load::server_run({}, load::ms(100)).scenario;
  s.seed = 1;
  return s;
}

/// A system that meets its limit up to a rate which depends on the seed.
RunScenario good_up_to(const std::vector<double>& rates, std::uint64_t first_seed = 1) {
  return [rates, first_seed](const Scenario& s) -> Result<Run> {
    const bool good = s.target_qps <= rates[s.seed - first_seed];
    const std::vector<Nanoseconds> latencies(std::max<std::uint64_t>(500, s.min_queries),
                                             load::ms(good ? 50 : 150));
    Run run = load::server_run(latencies, load::ms(100));
    run.scenario = s;
    return run;
  };
}

TEST(MaxRate, BracketsEachSeedWithinTheTolerance) {
  const std::vector<double> edges = {830, 850, 790, 845, 810};
  MaxRateOptions options;
  options.tolerance = 0.001;
  for (const double start : {0.0, 1.0, 820.0, 1e5}) {
    Scenario s = limited();
    s.target_qps = start;
    const auto found = find_max_rate(s, options, good_up_to(edges));
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->seeds.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
      const SeedRate& seed = found->seeds[i];
      EXPECT_EQ(seed.seed, i + 1);
      EXPECT_LE(seed.valid, edges[i]);
      EXPECT_GT(seed.invalid.value_or(0), edges[i]);
      EXPECT_LE(*seed.invalid - seed.valid, options.tolerance * seed.valid);
      EXPECT_THAT(seed.reasons.at(0), HasSubstr("exceeds the limit of 100 ms"));
      // 17 doublings from 1 and log2(1 / tolerance) bisections of the last factor of two
      EXPECT_LE(seed.runs, 1u + 17 + 10);
    }
    EXPECT_NEAR(found->smallest, 790, 790 * options.tolerance);
    EXPECT_NEAR(found->largest, 850, 850 * options.tolerance);
  }
}

// t of 0.975 with 4 degrees of freedom is 2.776445; mean 825, deviations 5, 25, -35, 20, -15: s^2 = 2500 / 4.
TEST(MaxRate, TheMeanHasATInterval) {
  MaxRateOptions options;
  options.tolerance = 1e-6;
  const auto found = find_max_rate(limited(), options, good_up_to({830, 850, 790, 845, 810}));
  ASSERT_TRUE(found);
  const double half = 2.776445 * std::sqrt(2500. / 4 / 5);
  EXPECT_NEAR(found->mean.value, 825, 0.002);
  EXPECT_NEAR(found->mean.low.value_or(0), 825 - half, 0.01);
  EXPECT_NEAR(found->mean.high.value_or(0), 825 + half, 0.01);
  options.seeds = 1;
  const auto one = find_max_rate(limited(), options, good_up_to({830}));
  ASSERT_TRUE(one);
  EXPECT_FALSE(one->mean.low);
}

// One second at 1 query a second would not do: early stopping needs 662 queries at P99 with one over.
TEST(MaxRate, GivesEveryRunEnoughQueries) {
  Scenario s = limited();
  s.target_qps = 0;
  s.min_duration = std::chrono::seconds(1);
  s.min_queries = 1;
  const RunScenario run = good_up_to({830, 830, 830, 830, 830});
  const auto found = find_max_rate(s, {}, [&run](const Scenario& tried) {
    EXPECT_EQ(tried.min_queries, 662u);
    return run(tried);
  });
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->mean.value, 830, 8.3);
}

TEST(MaxRate, SaysWhenThereIsNone) {
  const auto never = find_max_rate(limited(), {}, good_up_to({0, 0, 0, 0, 0}));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, ErrorKind::infeasible);
  EXPECT_THAT(never.error().message, HasSubstr("P99 150 ms exceeds the limit of 100 ms"));
  const auto always = find_max_rate(limited(), {}, good_up_to(std::vector<double>(5, INFINITY)));
  ASSERT_FALSE(always);
  EXPECT_THAT(always.error().message, HasSubstr("the limit does not bind"));
}

TEST(MaxRate, NeedsALimitAnOpenLoopAndSeeds) {
  Scenario s = limited();
  const RunScenario run = good_up_to({1, 1, 1, 1, 1});
  s.target_latency = Nanoseconds(0);
  EXPECT_FALSE(find_max_rate(s, {}, run));
  s = limited();
  s.kind = ScenarioKind::single_stream;
  EXPECT_FALSE(find_max_rate(s, {}, run));
  MaxRateOptions options;
  options.seeds = 0;
  EXPECT_FALSE(find_max_rate(limited(), options, run));
  options = {};
  options.tolerance = 0;
  EXPECT_FALSE(find_max_rate(limited(), options, run));
  const auto broken =
      find_max_rate(limited(), {}, [](const Scenario&) -> Result<ridgeline::Run> { return bad_input("no"); });
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "no");
}

}  // namespace
}  // namespace ridgeline
