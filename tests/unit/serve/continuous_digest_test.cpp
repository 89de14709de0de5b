// A run with continuous batching that keeps a digest against the same run that keeps each request.

#include <gtest/gtest.h>

#include "continuous_systems.h"
#include "ridgeline/digest.h"

namespace ridgeline::serve {
namespace {

/// About 0.9 of what two replicas sustain; some are refused.
ContinuousSystem busy() {
  ContinuousSystem system = continuous();
  system.lengths = {200, 40};
  system.replicas = 2;
  system.limits.max_waiting = 20;
  return system;
}

struct Pair {
  Run each, digest;
};
Pair played(Schedule schedule, const ContinuousSystem& system) {
  Pair pair;
  pair.each = play(schedule, system).run;
  schedule.scenario.keep_queries = 3'000;
  pair.digest = play(schedule, system).run;
  EXPECT_FALSE(pair.each.digest);
  EXPECT_TRUE(pair.digest.digest);
  EXPECT_TRUE(pair.digest.queries.empty() && pair.digest.phases.empty());
  EXPECT_EQ(pair.digest.notes.size(), pair.each.notes.size() + 1);  // that it is a digest
  return pair;
}

/// At least the exact figure, by at most a thousandth.
void expect_bucket_of(const std::optional<Estimate>& shown, const std::optional<Estimate>& exact) {
  ASSERT_TRUE(shown && exact);
  EXPECT_GE(shown->value, exact->value);
  EXPECT_LT(shown->value, exact->value * 1.001);
}

TEST(ContinuousDigest, HasTheSummaryOfTheRequests) {
  const Pair run = played(server_schedule(20'000, Hertz(160), 3), busy());
  const Summary each = summarize(run.each), digest = summarize(run.digest);
  EXPECT_GT(each.refused, 0U);
  EXPECT_EQ(digest.refused, each.refused);
  EXPECT_EQ(digest.queries, each.queries);
  EXPECT_EQ(digest.duration, each.duration);
  EXPECT_EQ(digest.throughput->value, each.throughput->value);
  EXPECT_NEAR(digest.mean->value, each.mean->value, 1e-12);
  expect_bucket_of(digest.p50, each.p50);
  expect_bucket_of(digest.p99, each.p99);
  expect_bucket_of(digest.ttft_p99, each.ttft_p99);
  expect_bucket_of(digest.tpot_p99, each.tpot_p99);
  const auto split = split_latency(run.digest), exact = split_latency(run.each);
  ASSERT_TRUE(split && exact);
  EXPECT_NEAR(split->all.queueing / exact->all.queueing, 1, 1e-9);
  EXPECT_NEAR(split->all.decode / exact->all.decode, 1, 1e-9);
}

/// Counts and seconds over all windows.
Window sums(const Run& r) {
  const Nanoseconds width = r.windows[1].start;
  Nanoseconds end{0};
  for (const QueryRecord& q : r.queries) end = std::max(end, q.completed);
  if (r.digest) end = r.digest->end;
  Window all;
  for (const Window& w : r.windows) {
    const double seconds = to_seconds(std::min(width, end - w.start)).value();
    all.arrived += w.arrived;
    all.completed += w.completed;
    all.waiting += w.waiting * seconds;
    all.busy += w.busy * seconds;
  }
  return all;
}

// All that came is in the windows, whether it was answered or not; waits and work add up to the same times.
TEST(ContinuousDigest, HasWindowsThatAddUp) {
  const Pair run = played(server_schedule(20'000, Hertz(160), 3), busy());
  const Window each = sums(run.each), digest = sums(run.digest);
  EXPECT_EQ(each.arrived, 20'000U);
  EXPECT_EQ(digest.arrived, 20'000U);
  EXPECT_EQ(digest.completed, each.completed);
  EXPECT_NEAR(digest.waiting / each.waiting, 1, 1e-6);
  EXPECT_NEAR(digest.busy / each.busy, 1, 1e-6);
}

TEST(ContinuousDigest, OfAnOfflineQueryIsOfItsSamples) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::offline);
  schedule.scenario.min_duration = Nanoseconds(0);
  schedule.samples = 10'000;
  ContinuousSystem system = busy();
  system.limits.max_waiting = 0;
  const Pair run = played(schedule, system);
  const Summary each = summarize(run.each), digest = summarize(run.digest);
  EXPECT_EQ(digest.samples, 10'000U);
  EXPECT_EQ(digest.throughput->value, each.throughput->value);
  expect_bucket_of(digest.p90, each.p90);
  std::uint64_t completed = 0;
  for (const Window& w : run.digest.windows) completed += w.completed;
  EXPECT_EQ(completed, 10'000U);
}

}  // namespace
}  // namespace ridgeline::serve
