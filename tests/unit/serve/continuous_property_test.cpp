// What holds for every system: laws of conservation, and jumps that change nothing.

#include <gtest/gtest.h>

#include <set>

#include "continuous_random.h"
#include "load/little.h"

namespace ridgeline::serve {
namespace {

using namespace random_systems;

class ContinuousRandom : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ContinuousRandom, SingleStepsAndJumpsGiveTheSameRun) {
  const Case c = random_case(GetParam());
  const Played jumps = play(c.schedule, c.system), single = play(c.schedule, c.system, Stepping::single);
  ASSERT_EQ(jumps.run.queries.size(), single.run.queries.size());
  for (std::size_t i = 0; i < jumps.run.queries.size(); ++i) {
    const QueryRecord &a = jumps.run.queries[i], &b = single.run.queries[i];
    ASSERT_EQ(a.scheduled, b.scheduled);
    ASSERT_EQ(a.first_token, b.first_token) << i;
    ASSERT_EQ(a.completed, b.completed) << i;
    const Phases &p = jumps.run.phases[i], &q = single.run.phases[i];
    ASSERT_EQ(p.queueing, q.queueing) << i;
    ASSERT_EQ(p.batching, q.batching) << i;
    ASSERT_EQ(p.decode, q.decode) << i;
  }
  EXPECT_EQ(jumps.counts.passes, single.counts.passes);
  EXPECT_EQ(jumps.counts.preemptions, single.counts.preemptions);
  EXPECT_EQ(jumps.counts.most_blocks, single.counts.most_blocks);
  EXPECT_EQ(jumps.counts.timed_out, single.counts.timed_out);
  EXPECT_EQ(jumps.counts.refused, single.counts.refused);
}

void expect_nothing_lost(const Case& c) {
  const Played p = play(c.schedule, c.system);
  EXPECT_EQ(p.counts.issued, 400U);
  EXPECT_EQ(p.counts.completed + p.counts.refused + p.counts.timed_out, 400U);
  EXPECT_EQ(p.run.queries.size(), p.counts.completed);
  EXPECT_EQ(p.run.refused, p.counts.refused);
  EXPECT_EQ(p.run.timed_out, p.counts.timed_out);
  EXPECT_LE(p.counts.most_blocks, c.system.limits.kv_blocks);
  std::uint64_t made = 0;
  for (std::size_t i = 0; i < p.run.queries.size(); ++i) {
    const QueryRecord& q = p.run.queries[i];
    EXPECT_EQ(p.run.phases[i].total(), q.latency());
    for (const Nanoseconds part :
         {p.run.phases[i].queueing, p.run.phases[i].batching, p.run.phases[i].prefill, p.run.phases[i].decode,
          p.run.phases[i].throttling}) {
      EXPECT_GE(part, Nanoseconds(0)) << i;
    }
    EXPECT_LE(*q.first_token, q.completed);
    made += q.tokens - 1;
  }
  // Every token but the first is a decode pass's, or that of the prompt computed again.
  if (c.system.limits.preemption == Preemption::swap) {
    EXPECT_EQ(p.counts.decode_tokens, made);
  } else {
    EXPECT_LE(p.counts.decode_tokens, made);
    EXPECT_GE(p.counts.decode_tokens + p.counts.preemptions, made);
  }
}

TEST_P(ContinuousRandom, NothingIsLostAndTheCacheHolds) {
  expect_nothing_lost(random_case(GetParam()));
  expect_nothing_lost(random_disturbed_case(GetParam()));
}

TEST_P(ContinuousRandom, LittlesLawHolds) {
  for (const Case& c : {random_case(GetParam()), random_disturbed_case(GetParam())}) {
    const auto check = load::check_little(play(c.schedule, c.system).run);
    ASSERT_TRUE(check);
    EXPECT_NEAR(check->mean_in_system, check->rate_times_latency, 1e-9 * check->mean_in_system);
  }
}

INSTANTIATE_TEST_SUITE_P(Systems, ContinuousRandom, testing::Range<std::uint64_t>(1, 61));

// The cases above reach what they are about.
TEST(ContinuousCases, CoverPreemptionRefusalAndTimeouts) {
  RequestCounts sum;
  for (std::uint64_t seed = 1; seed < 61; ++seed) {
    const Case c = random_case(seed);
    const RequestCounts counts = play(c.schedule, c.system).counts;
    sum.preemptions += counts.preemptions;
    sum.refused += counts.refused;
    sum.timed_out += counts.timed_out;
    const RequestCounts disturbed = play(c.schedule, random_disturbed_case(seed).system).counts;
    sum.hedged += disturbed.hedged;
    sum.hedges_won += disturbed.hedges_won;
    sum.wasted_tokens += disturbed.wasted_tokens;
  }
  EXPECT_GT(sum.hedged, 1000U);
  EXPECT_GT(sum.hedges_won, 100U);
  EXPECT_GT(sum.wasted_tokens, 1000U);
  EXPECT_GT(sum.preemptions, 100U);
  EXPECT_GT(sum.refused, 100U);
  EXPECT_GT(sum.timed_out, 100U);
}

TEST(ContinuousWindows, CountEveryArrivalAndCompletion) {
  const Case c = random_case(4);
  const Played p = play(c.schedule, c.system);
  std::uint64_t arrived = 0, completed = 0;
  for (const Window& w : p.run.windows) {
    arrived += w.arrived;
    completed += w.completed;
    EXPECT_LE(w.busy, 1);
  }
  EXPECT_EQ(arrived, 400U);
  EXPECT_EQ(completed, p.counts.completed);
  EXPECT_GE(p.run.windows.size(), 50U);
  EXPECT_LE(p.run.windows.size(), 100U);
}

}  // namespace
}  // namespace ridgeline::serve
