// What a run contains, scenario by scenario, where every time can be written down.

#include <gtest/gtest.h>

#include <thread>

#include "base/version.h"
#include "load/little.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool same(const Run& a, const Run& b) {
  if (a.queries.size() != b.queries.size() || a.sample_completions != b.sample_completions) return false;
  for (std::size_t i = 0; i < a.queries.size(); ++i) {
    const QueryRecord &x = a.queries[i], &y = b.queries[i];
    if (x.scheduled != y.scheduled || x.issued != y.issued || x.completed != y.completed ||
        x.first_token != y.first_token || x.tokens != y.tokens)
      return false;
  }
  return true;
}

TEST(SingleStream, IssuesAtThePreviousCompletion) {
  const auto run = run_of(closed_loop_schedule(ScenarioKind::single_stream, 50),
                          make_system(linear_table(milliseconds(2), milliseconds(1), 1)));
  ASSERT_EQ(run.queries.size(), 50u);
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(run.queries[i].scheduled, milliseconds(3 * i));
    EXPECT_EQ(run.queries[i].issued, milliseconds(3 * i));
    EXPECT_EQ(run.queries[i].completed, milliseconds(3 * i + 3));
  }
}

// LoadGen: the last query is the first issued at or after min_duration (with min_queries issued).
TEST(SingleStream, StopsByDurationAndCount) {
  const auto system = make_system(linear_table(milliseconds(2), milliseconds(1), 1));
  const auto count = [&](Nanoseconds duration, std::uint64_t at_least, std::uint64_t at_most) {
    Schedule schedule = closed_loop_schedule(ScenarioKind::single_stream, at_least);
    schedule.scenario.min_duration = duration;
    schedule.scenario.max_queries = at_most;
    return run_of(schedule, system).queries.size();
  };
  EXPECT_EQ(count(milliseconds(9), 1, 0), 4u);   // issued at 0, 3, 6, 9
  EXPECT_EQ(count(milliseconds(10), 1, 0), 5u);  // ... and 12
  EXPECT_EQ(count(milliseconds(9), 7, 0), 7u);
  EXPECT_EQ(count(seconds(9), 7, 10), 10u);
}

TEST(MultiStream, SplitsAQueryOverBatches) {
  // 8 samples in batches of 3: 3 + 3 + 2, t = 2 + b ms: 5 + 5 + 4.
  const auto run = run_of(closed_loop_schedule(ScenarioKind::multi_stream, 2, 8),
                          make_system(linear_table(milliseconds(2), milliseconds(1), 3), policy(3)));
  ASSERT_EQ(run.queries.size(), 2u);
  EXPECT_EQ(run.queries[0].latency(), milliseconds(14));
  EXPECT_EQ(run.queries[1].scheduled, milliseconds(14));
  EXPECT_EQ(run.queries[1].samples, 8u);
  const std::vector<Nanoseconds> samples(run.sample_completions.begin(), run.sample_completions.begin() + 8);
  const Nanoseconds a = milliseconds(5), b = milliseconds(10), c = milliseconds(14);
  EXPECT_EQ(samples, (std::vector<Nanoseconds>{a, a, a, b, b, b, c, c}));
  EXPECT_EQ(run.sample_completions.size(), 16u);
}

TEST(MultiStream, WorkersShareTheSamplesOfAQuery) {
  // Four workers, batches of 2: all eight samples at once.
  const auto run = run_of(closed_loop_schedule(ScenarioKind::multi_stream, 3, 8),
                          make_system(linear_table(milliseconds(2), milliseconds(1), 2), policy(2), 4));
  for (const QueryRecord& q : run.queries) EXPECT_EQ(q.latency(), milliseconds(4));
}

TEST(Offline, RunsFullBatchesAndThenTheRest) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::offline);
  schedule.samples = 10;
  const auto run = run_of(
      schedule, make_system(linear_table(milliseconds(2), milliseconds(1), 4), policy(4, milliseconds(500))));
  ASSERT_EQ(run.queries.size(), 1u);  // 6 + 6 + 4 ms: the flush spares the last two the timeout
  EXPECT_EQ(run.queries[0].completed, milliseconds(16));
  ASSERT_EQ(run.sample_completions.size(), 10u);
  EXPECT_EQ(run.sample_completions[3], milliseconds(6));
  EXPECT_EQ(run.sample_completions[4], milliseconds(12));
  EXPECT_EQ(run.sample_completions[8], milliseconds(16));
}

TEST(Server, WaitsForAFullBatchAtMostTheTimeout) {
  Schedule schedule = server_schedule(1, Hertz(100), 1);
  schedule.arrivals = {milliseconds(0),  milliseconds(1),  // full at 1: starts at once, until 5
                       milliseconds(2),                    // alone; due at 12, the worker idle since 5
                       milliseconds(20),                   // due at 30 ...
                       milliseconds(29),                   // ... but full at 29, until 33
                       milliseconds(40)};                  // the last: flushed
  const auto run = run_of(
      schedule, make_system(linear_table(milliseconds(2), milliseconds(1), 2), policy(2, milliseconds(10))));
  std::vector<Nanoseconds> done;
  for (const QueryRecord& q : run.queries) done.push_back(q.completed);
  EXPECT_EQ(done, (std::vector<Nanoseconds>{milliseconds(5), milliseconds(5), milliseconds(15),
                                            milliseconds(33), milliseconds(33), milliseconds(43)}));
}

// The timeout counts from the arrival, not from when the worker came free.
TEST(Server, AnOldSampleDoesNotWaitAgain) {
  Schedule schedule = server_schedule(1, Hertz(100), 1);
  schedule.arrivals = {milliseconds(0), milliseconds(1), milliseconds(2), milliseconds(100)};
  const auto run = run_of(
      schedule, make_system(linear_table(milliseconds(18), milliseconds(1), 2), policy(2, milliseconds(10))));
  EXPECT_EQ(run.queries[1].completed, milliseconds(21));
  EXPECT_EQ(run.queries[2].completed, milliseconds(40));  // at 21 it had waited 19 ms already
}

TEST(Generation, RecordsFirstTokensAndTokens) {
  auto table = linear_table(milliseconds(10), milliseconds(1), 2);
  table.first_token = {milliseconds(3), milliseconds(4)};
  table.tokens_per_sample = 5;
  Schedule schedule = closed_loop_schedule(ScenarioKind::multi_stream, 1, 3);
  const auto run = run_of(schedule, make_system(table, policy(2)));
  ASSERT_EQ(run.queries.size(), 1u);
  EXPECT_EQ(run.queries[0].tokens, 15u);
  // Batches of 2 and 1: the last sample's first token comes 3 ms into the second, which starts at 12.
  ASSERT_TRUE(run.queries[0].first_token);
  EXPECT_EQ(*run.queries[0].first_token, milliseconds(15));
  EXPECT_EQ(run.queries[0].completed, milliseconds(23));
}

TEST(Generation, AFirstTokenMayBeTheLastToo) {
  auto table = linear_table(milliseconds(10), milliseconds(1), 1);
  table.first_token = table.total;
  table.tokens_per_sample = 1;
  const auto run = run_of(closed_loop_schedule(ScenarioKind::single_stream, 3), make_system(table));
  for (const QueryRecord& q : run.queries) EXPECT_EQ(q.first_token, q.completed);
}

TEST(RunRecord, SaysWhereItComesFrom) {
  SimulatedSystem system =
      make_system(linear_table(milliseconds(2), milliseconds(1), 4), policy(4, milliseconds(2)), 3);
  system.name = "a box";
  system.workload = "resnet-50";
  const auto run = run_of(server_schedule(10, Hertz(10'000), 1), system);
  EXPECT_EQ(run.origin, RunOrigin::simulated);
  EXPECT_EQ(run.system, "a box");
  EXPECT_EQ(run.workload, "resnet-50, batches of up to 4, timeout 2.00 ms, 3 workers");
  EXPECT_EQ(run.version, version);
  EXPECT_FALSE(run.interrupted);
  ASSERT_EQ(run.notes.size(), 3u);
  // 10,000 samples/s on 3 workers that do 4 in 6 ms: 10000 / 2000 = 5.
  EXPECT_EQ(run.notes[2],
            "overloaded: the offered load is 5 of what full batches sustain; latencies grow with the run");
}

SimulatedSystem busy_system() {
  SimulatedSystem system =
      make_system(linear_table(milliseconds(2), microseconds(100), 8), policy(8, milliseconds(3)), 2);
  system.interference.noise_sigma = 0.2;
  system.interference.pause_rate = Hertz(20);
  system.interference.pause_lengths = {milliseconds(1), milliseconds(5)};
  return system;
}

TEST(Seeds, TheSameGivesTheSameAndAnotherAnother) {
  const Schedule schedule = server_schedule(5000, Hertz(1500), 7);
  SimulatedSystem system = busy_system();
  const auto once = run_of(schedule, system);
  EXPECT_TRUE(same(once, run_of(schedule, system)));
  system.seed = 1;
  EXPECT_FALSE(same(once, run_of(schedule, system)));
}

TEST(Seeds, ThreadsDoNotMatter) {
  const Schedule schedule = server_schedule(5000, Hertz(1500), 7);
  const SimulatedSystem system = busy_system();
  const auto once = run_of(schedule, system);
  std::vector<ridgeline::Run> runs(4);
  std::vector<std::thread> threads;
  for (auto& run : runs) threads.emplace_back([&] { run = *simulate(schedule, system); });
  for (auto& thread : threads) thread.join();
  for (const auto& run : runs) EXPECT_TRUE(same(run, once));
}

// Over a run that starts and ends empty, L = lambda W is an identity: to rounding.
TEST(Little, HoldsOnEveryRun) {
  for (const double rate : {200.0, 1500.0, 6000.0}) {
    const auto check = load::check_little(run_of(server_schedule(5000, Hertz(rate), 3), busy_system()));
    ASSERT_TRUE(check);
    EXPECT_NEAR(check->mean_in_system, check->rate_times_latency, 1e-9 * check->mean_in_system);
  }
}

}  // namespace
}  // namespace ridgeline::serve
