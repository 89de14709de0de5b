// A run that keeps a digest against the same run that keeps each query.

#include "ridgeline/digest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "allocation_count.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds ms(std::int64_t n) { return std::chrono::milliseconds(n); }

/// Generates, in batches of up to 8, and waits: 0.9 of saturation.
SimulatedSystem busy_system() {
  SimulatedSystem system = make_system(linear_table(ms(4), ms(2), 8), policy(8, ms(1)), 2);
  for (std::uint32_t b = 1; b <= 8; ++b) system.service.first_token.push_back(ms(1 + b));
  system.service.tokens_per_sample = 5;
  system.interference.noise_sigma = 0.2;
  system.windows = 40;
  return system;
}

struct Pair {
  Run each, digest;
};
Pair played(Schedule schedule, const SimulatedSystem& system) {
  Pair pair;
  schedule.scenario.keep_queries = 10'000'000;
  pair.each = run_of(schedule, system);
  schedule.scenario.keep_queries = 5'000;
  pair.digest = run_of(schedule, system);
  EXPECT_FALSE(pair.each.digest);
  EXPECT_TRUE(pair.digest.digest);
  EXPECT_TRUE(pair.digest.queries.empty() && pair.digest.phases.empty());
  return pair;
}

/// At least the exact figure, by at most a thousandth; its interval holds the exact one.
void expect_bucket_of(const std::optional<Estimate>& shown, const std::optional<Estimate>& exact,
                      const char* what) {
  ASSERT_TRUE(shown && exact) << what;
  EXPECT_GE(shown->value, exact->value) << what;
  EXPECT_LT(shown->value, exact->value * 1.001) << what;
  if (shown->low) {
    EXPECT_LE(*shown->low, exact->value) << what;
    EXPECT_GE(*shown->high, exact->value) << what;
  }
}

class Digest : public ::testing::Test {
 protected:
  static Schedule server(std::size_t queries) {
    Schedule schedule = server_schedule(queries, Hertz(0.9 * 2 * 8 / 0.020), 7);
    schedule.scenario.target_latency = ms(60);
    schedule.scenario.ttft_limit = ms(50);
    schedule.scenario.tpot_limit = ms(4);
    return schedule;
  }
};

TEST_F(Digest, HasTheSummaryOfTheQueries) {
  const Pair run = played(server(300'000), busy_system());
  const Summary each = summarize(run.each), digest = summarize(run.digest);
  EXPECT_EQ(digest.queries, each.queries);
  EXPECT_EQ(digest.samples, each.samples);
  EXPECT_EQ(digest.duration, each.duration);
  EXPECT_EQ(digest.throughput->value, each.throughput->value);
  EXPECT_EQ(digest.scheduled_rate, each.scheduled_rate);
  EXPECT_NEAR(digest.mean->value, each.mean->value, 1e-12);
  expect_bucket_of(digest.p50, each.p50, "P50");
  expect_bucket_of(digest.p90, each.p90, "P90");
  expect_bucket_of(digest.p99, each.p99, "P99");
  expect_bucket_of(digest.ttft_p99, each.ttft_p99, "TTFT");
  expect_bucket_of(digest.tpot_p99, each.tpot_p99, "TPOT");
  EXPECT_EQ(digest.verdict.valid, each.verdict.valid);
  EXPECT_EQ(digest.verdict.reasons.size(), each.verdict.reasons.size());
}

// Both intervals are estimates of one width: by lags, and by the spread of 32 to 64 stretches, whose variance
// is known to sqrt(2 / 40) = 22 %, widths to 11 %; the ends are of few effective samples.
TEST_F(Digest, HasIntervalsAsWideAsThoseOfTheQueries) {
  const Pair run = played(server(300'000), busy_system());
  const Summary each = summarize(run.each), digest = summarize(run.digest);
  const auto width = [](const std::optional<Estimate>& e) { return *e->high - *e->low; };
  ASSERT_TRUE(each.p90->low && digest.p90->low);
  EXPECT_NEAR(width(digest.p90) / width(each.p90), 1, 0.5);
  EXPECT_NEAR(width(digest.mean) / width(each.mean), 1, 0.6);
  EXPECT_NEAR(width(digest.throughput) / width(each.throughput), 1, 0.6);
}

// The slowest hundredth ends inside one bucket of 1 %; phases add up to the mean latency exactly.
TEST_F(Digest, SplitsTheLatencyAsTheQueriesDo) {
  const Pair run = played(server(100'000), busy_system());
  const auto each = split_latency(run.each), digest = split_latency(run.digest);
  ASSERT_TRUE(each && digest);
  const std::pair<LatencySplit, LatencySplit> both[] = {{digest->all, each->all},
                                                        {digest->slowest, each->slowest}};
  for (const auto& [shown, exact] : both) {
    EXPECT_EQ(shown.queries, exact.queries);
    EXPECT_NEAR(shown.total() / exact.total(), 1, 0.001);
    EXPECT_NEAR(shown.queueing / exact.total(), exact.queueing / exact.total(), 0.01);
    EXPECT_NEAR(shown.decode / exact.total(), exact.decode / exact.total(), 0.01);
  }
  EXPECT_NEAR(digest->all.queueing / each->all.queueing, 1, 1e-9);
}

// Windows are its stretches: all that arrived and completed is in them, and waits and work add up.
TEST_F(Digest, HasWindowsThatAddUp) {
  const Pair run = played(server(100'000), busy_system());
  ASSERT_GE(run.digest.windows.size(), 32u);
  ASSERT_LE(run.digest.windows.size(), 64u);
  const double width = to_seconds(run.digest.windows[1].start).value();
  const double each_width = to_seconds(run.each.windows[1].start).value();
  double waited = 0, worked = 0, each_waited = 0, each_worked = 0;
  std::uint64_t arrived = 0, completed = 0;
  for (const Window& w : run.digest.windows) {
    arrived += w.arrived;
    completed += w.completed;
    waited += w.waiting * width;
    worked += w.busy * width;
  }
  for (const Window& w : run.each.windows) {
    each_waited += w.waiting * each_width;
    each_worked += w.busy * each_width;
  }
  EXPECT_EQ(arrived, 100'000u);
  EXPECT_EQ(completed, 100'000u);
  EXPECT_NEAR(waited / each_waited, 1, 1e-6);
  EXPECT_NEAR(worked / each_worked, 1, 1e-6);
  EXPECT_TRUE(run.digest.windows[3].p99);
}

TEST_F(Digest, OfAnOfflineQueryIsOfItsSamples) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::offline);
  schedule.scenario.min_duration = Nanoseconds(0);
  schedule.samples = 60'000;
  SimulatedSystem system = make_system(linear_table(ms(4), ms(2), 8), policy(8));
  system.interference.noise_sigma = 0.2;
  const Pair run = played(schedule, system);
  const Summary each = summarize(run.each), digest = summarize(run.digest);
  EXPECT_EQ(digest.samples, 60'000u);
  EXPECT_EQ(digest.throughput->value, each.throughput->value);
  EXPECT_FALSE(each.p99->low);
  EXPECT_TRUE(digest.p99->low) << "the bucket";
  expect_bucket_of(digest.p99, each.p99, "P99");
  const auto kept = endurance(run.each), shown = endurance(run.digest);
  ASSERT_TRUE(kept && shown);
  EXPECT_NEAR(shown->at_first / kept->at_first, 1, 0.01);
  EXPECT_NEAR(shown->sustained / kept->sustained, 1, 0.01);
}

// From the first digest on nothing is allocated: twice the queries take the same memory. Three million.
TEST_F(Digest, TakesTheSameMemoryHoweverManyQueries) {
  const auto allocations = [](std::size_t queries) {
    const Schedule schedule = [queries] {
      Schedule s = server_schedule(queries, Hertz(500), 3);
      s.scenario.keep_queries = 10'000;
      return s;
    }();
    const SimulatedSystem system = make_system(linear_table(Nanoseconds(0), ms(1), 1));
    const std::size_t before = test::allocation_count();
    const auto run = run_of(schedule, system);
    EXPECT_TRUE(run.digest);
    return test::allocation_count() - before;
  };
  const std::size_t some = allocations(300'000), many = allocations(3'000'000);
  EXPECT_LE(many, some + 20) << "a queue that once was longer";
}

}  // namespace
}  // namespace ridgeline::serve
