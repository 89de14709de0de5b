#include "load/steady.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/random.h"
#include "ridgeline/host_noise.h"
#include "stats/distributions.h"

namespace ridgeline::load {
namespace {

using ::testing::HasSubstr;

/// A measured run of these latencies, a query each millisecond.
Run run_of(int queries, const std::function<double(int)>& seconds) {
  Run run;
  run.scenario = Scenario::mlperf(ScenarioKind::single_stream);
  for (int i = 0; i < queries; ++i) {
    QueryRecord q;
    q.scheduled = q.issued = i * std::chrono::milliseconds(1);
    q.completed = q.scheduled + to_nanoseconds(Seconds(seconds(i)));
    run.queries.push_back(q);
  }
  return run;
}

bool alarms(const Run& run) { return judge_steady(run)->changed(); }

/// More alarms than this have a chance below 1e-4 when each has the stated one.
std::uint64_t most_alarms(std::uint64_t runs) {
  std::uint64_t k = 0;
  while (stats::binomial_upper_tail(k + 1, runs, steady_false_alarms) > 1e-4) ++k;
  return k;
}

TEST(Steady, IndependentLatenciesAlarmAsRarelyAsSaid) {
  std::uint64_t count = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    RandomStream random(seed, "steady");
    count += alarms(run_of(2000, [&](int) { return random.exponential(); }));
  }
  EXPECT_LE(count, most_alarms(400));
}

// Waits of an M/M/1 queue at 70 % load hang together over about (1 + rho) / (1 - rho)^2 = 19 queries.
TEST(Steady, NeighboursThatHangTogetherAreNoChange) {
  std::uint64_t count = 0, told = 0;
  constexpr std::uint64_t runs = 100;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    RandomStream random(seed, "queue");
    double wait = 0;
    const auto next = [&] {
      const double service = random.exponential();
      const double latency = wait + service;
      wait = std::max(0.0, latency - random.exponential() / 0.7);
      return latency;
    };
    for (int i = 0; i < 200; ++i) next();  // to its steady state
    const auto state = judge_steady(run_of(6000, [&](int) { return next(); }));
    count += state->changed();
    told += !state->compared.empty();
  }
  EXPECT_GT(told, runs / 2);
  // The effective sizes are estimates themselves: allow for three times the rate.
  EXPECT_LE(count, 3 * most_alarms(runs));
}

TEST(Steady, AStepOfTheMedianIsSeen) {
  RandomStream random(1, "steady");
  // Exponential latencies: the share above ln 2 is 1/2, and exp(-ln 2 / 1.3) = 0.587 when they are 30 %
  // longer.
  const auto state =
      judge_steady(run_of(2000, [&](int i) { return (i < 1000 ? 1.0 : 1.3) * random.exponential(); }));
  EXPECT_TRUE(state->changed());
  EXPECT_THAT(describe(*state), HasSubstr("not in a steady state"));
}

TEST(Steady, AWarmUpIsSeen) {
  RandomStream random(2, "steady");
  const auto state = judge_steady(
      run_of(3000, [&](int i) { return (i < 250 ? 3.0 : 1.0) * (1 + 0.1 * random.exponential()); }));
  EXPECT_TRUE(state->changed());
  const auto tenth = std::find_if(state->compared.begin(), state->compared.end(),
                                  [](const PartDifference& d) { return d.first == "the first tenth"; });
  ASSERT_NE(tenth, state->compared.end());
  EXPECT_TRUE(tenth->shown);
  EXPECT_GT(tenth->z, 0);  // slower at first
}

TEST(Steady, SaysWhenItCannotTell) {
  RandomStream random(3, "steady");
  const auto few = judge_steady(run_of(30, [&](int) { return random.exponential(); }));
  ASSERT_TRUE(few);
  EXPECT_TRUE(few->compared.empty());
  EXPECT_THAT(describe(*few), HasSubstr("to tell"));
  // All alike: nothing is above the median.
  EXPECT_TRUE(judge_steady(run_of(500, [](int) { return 1.0; }))->compared.empty());
}

TEST(Steady, IsOfCompleteMeasuredRunsOfDraws) {
  ridgeline::Run run = run_of(100, [](int) { return 1.0; });
  EXPECT_TRUE(judge_steady(run));
  run.interrupted = true;
  EXPECT_FALSE(judge_steady(run));
  run.interrupted = false;
  run.origin = RunOrigin::simulated;
  EXPECT_FALSE(judge_steady(run));
  run.origin = RunOrigin::measured;
  run.scenario.kind = ScenarioKind::offline;
  EXPECT_FALSE(judge_steady(run));
}

TEST(Energy, IsPerCompletedQueryAndMeter) {
  ridgeline::Run run = run_of(50, [](int) { return 1.0; });
  auto noise = std::make_shared<HostNoise>();
  noise->energy = {{"RAPL package-0", Joules(200)}, {"NVML GPU 0", Joules(1000)}};
  run.host_noise = noise;
  const Summary summary = summarize(run);
  ASSERT_EQ(summary.energy.size(), 2u);
  EXPECT_EQ(summary.energy[0].scope, "RAPL package-0");
  EXPECT_DOUBLE_EQ(summary.energy[0].energy.value(), 4);
  EXPECT_DOUBLE_EQ(summary.energy[1].energy.value(), 20);
  run.interrupted = true;  // energy of queries that did not complete is in it
  EXPECT_TRUE(summarize(run).energy.empty());
}

}  // namespace
}  // namespace ridgeline::load
