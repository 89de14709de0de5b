// Hedged requests: by hand where they win, lose and wait in vain; what they are for.

#include <gtest/gtest.h>

#include "continuous_systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::milliseconds;

const Nanoseconds zero{0};

ContinuousSystem hedging(Nanoseconds after, std::uint32_t max_sequences = 64) {
  ContinuousSystem system = continuous(plain_costs(), max_sequences);
  system.replicas = 2;
  system.hedge_after = after;
  return system;
}

// One sequence at a time. The first keeps replica 0 for a second; the third is its neighbour by turns.
TEST(Hedge, ACopyElsewhereWinsAgainstALongQueue) {
  const Schedule schedule =
      arrivals_at({zero, milliseconds(1), milliseconds(2)}, {{100, 100}, {100, 2}, {100, 2}});
  const Played p = play(schedule, hedging(milliseconds(50), 1));
  EXPECT_EQ(p.counts.hedged, 1U);
  EXPECT_EQ(p.counts.hedges_won, 1U);
  EXPECT_EQ(p.counts.wasted_tokens, 0U);  // the other had not begun
  EXPECT_EQ(p.counts.completed, 3U);
  ASSERT_EQ(p.run.queries.size(), 3U);
  // Sent at 2 + 50 ms, to an idle replica.
  EXPECT_EQ(*p.run.queries[2].first_token, milliseconds(52 + 6));
  EXPECT_EQ(p.run.queries[2].completed, milliseconds(52 + 6) + Nanoseconds(10'100'100));
  EXPECT_EQ(p.run.phases[2].queueing, milliseconds(50));
  EXPECT_EQ(p.run.phases[2].total(), p.run.queries[2].latency());
  // The first, whose own first token came in time, did not notice.
  EXPECT_EQ(p.run.queries[0].completed, play(schedule, hedging(zero, 1)).run.queries[0].completed);
}

// Its prompt takes 15 ms; a copy after 10 ms computes another 10 ms too long, in vain. Then its blocks, all
// that there are, are free.
TEST(Hedge, ALosingCopyGoesWhenItsPassEnds) {
  ContinuousSystem system = hedging(milliseconds(10));
  system.limits.kv_blocks = 63;
  const Schedule schedule = arrivals_at({zero, milliseconds(20)}, {{1000, 2}, {500, 2}});
  const Played p = play(schedule, system);
  EXPECT_EQ(*p.run.queries[0].first_token, milliseconds(15));
  // The second, on replica 1 by turns, waits from 20 to 25 ms; 5 + 5 ms of prompt.
  EXPECT_EQ(p.run.phases[1].batching + p.run.phases[1].queueing, milliseconds(5));
  EXPECT_EQ(*p.run.queries[1].first_token, milliseconds(35));
  EXPECT_EQ(p.counts.hedged, 2U);
  EXPECT_EQ(p.counts.hedges_won, 0U);
  EXPECT_EQ(p.counts.wasted_tokens, 1000U + 500);
  EXPECT_EQ(p.counts.prompt_tokens, 2 * (1000U + 500));
}

// A prefix that the cache has is not computed, and not in vain.
TEST(Hedge, WastesNoCachedPrefix) {
  ContinuousSystem system = hedging(milliseconds(2));
  system.limits.prefix_hit_rate = 0.5;
  EXPECT_EQ(play(arrivals_at({zero}, {{1000, 2}}), system).counts.wasted_tokens, 500U);
}

// Replica 0 is taken until 106 ms, replica 1 until 38 ms. With 30 ms of patience the third gives up on the
// former at 32 ms; its copy, sent at 22 ms, is in time on the latter. With 10 ms it goes before it is copied.
TEST(Hedge, GivesUpWhenBothDo) {
  ContinuousSystem system = hedging(milliseconds(20), 1);
  const Schedule schedule =
      arrivals_at({zero, milliseconds(1), milliseconds(2)}, {{100, 11}, {100, 4}, {100, 2}});
  system.limits.timeout = milliseconds(30);
  const Played in_time = play(schedule, system);
  EXPECT_EQ(in_time.counts.timed_out, 0U);
  EXPECT_EQ(in_time.counts.completed, 3U);
  EXPECT_LT(in_time.run.queries[2].completed, in_time.run.queries[0].completed);
  system.limits.timeout = milliseconds(10);
  const Played never = play(schedule, system);
  EXPECT_EQ(never.counts.timed_out, 1U);
  EXPECT_EQ(never.counts.completed, 2U);
}

// Replica 0 is taken until 0.1 s, replica 1 until 1 s: the third's copy waits in vain there, and so does the
// fourth behind it. Nothing is computed twice.
TEST(Hedge, ALosingCopyLeavesTheQueue) {
  const ContinuousSystem system = hedging(milliseconds(20), 1);
  const Schedule schedule = arrivals_at({zero, milliseconds(1), milliseconds(2), milliseconds(30)},
                                        {{100, 10}, {100, 100}, {100, 20}, {100, 2}});
  const Played p = play(schedule, system);
  EXPECT_EQ(p.counts.hedges_won, 1U);  // of the fourth, as replica 0 is free again first
  EXPECT_EQ(p.counts.wasted_tokens, 0U);
  EXPECT_EQ(p.counts.completed, 4U);
  EXPECT_EQ(p.counts.prompt_tokens, 400U);
  EXPECT_GT(p.run.queries[2].first_token, p.run.queries[0].completed);
  EXPECT_LT(p.run.queries[3].completed, p.run.queries[1].completed);
}

Nanoseconds ttft_p99(const Run& run) {
  std::vector<Nanoseconds> times;
  for (const QueryRecord& q : run.queries) times.push_back(*q.first_token - q.scheduled);
  std::sort(times.begin(), times.end());
  return times[times.size() * 99 / 100];
}

// Each replica pauses a second at a time, for the share p = r u L / (1 + r u L) of the run, u its share of
// computing. Alone, the share p / 2 of requests waits more than half a second; with a copy after 50 ms only
// those that find both paused, p^2 at most. 20 pairs of requests a second at 16 ms make u about 0.3.
TEST(Hedge, CutsTheTailThatPausesMake) {
  ContinuousSystem system = hedging(zero);
  system.lengths = {100, 2};
  const Schedule schedule = server_schedule(40'000, Hertz(40), 5);
  const Played quiet = play(schedule, system);
  double busy = 0;
  for (const Window& w : quiet.run.windows) busy += w.busy / double(quiet.run.windows.size());
  system.interference.pause_rate = Hertz(0.2);
  system.interference.pause_lengths = {std::chrono::seconds(1)};
  const double paused = 0.2 * busy / (1 + 0.2 * busy);
  ASSERT_GT(paused / 2, 0.015);
  ASSERT_LT(paused * paused, 0.005);

  const Played alone = play(schedule, system);
  EXPECT_GT(ttft_p99(alone.run), milliseconds(500));
  system.hedge_after = milliseconds(50);
  const Played hedged = play(schedule, system);
  EXPECT_LT(ttft_p99(hedged.run), milliseconds(500));
  // Those that came in a pause and found it 50 ms from its end at least; about 120 pauses make the number.
  EXPECT_NEAR(double(hedged.counts.hedged), 40'000 * paused * 0.95, 0.4 * 40'000 * paused);
  EXPECT_GT(hedged.counts.hedges_won, hedged.counts.hedged / 2);
  EXPECT_EQ(hedged.run.queries.size(), 40'000U);
  EXPECT_EQ(hedged.counts.completed, 40'000U);

  const Played again = play(schedule, system);
  for (std::size_t i = 0; i < again.run.queries.size(); ++i)
    ASSERT_EQ(again.run.queries[i].completed, hedged.run.queries[i].completed);
}

TEST(Hedge, RefusesNonsense) {
  const auto message = [](const Schedule& schedule, const ContinuousSystem& system) {
    const auto run = simulate_continuous(schedule, system);
    return run ? std::string() : run.error().message;
  };
  ContinuousSystem system = hedging(milliseconds(1));
  system.replicas = 1;
  EXPECT_EQ(message(arrivals_at({zero}, {{100, 2}}), system),
            "hedge_after: a second copy needs a second replica to go to; give 2 or more");
  Schedule offline;
  offline.scenario = Scenario::mlperf(ScenarioKind::offline);
  offline.scenario.target_qps = 1;
  EXPECT_EQ(message(offline, hedging(milliseconds(1))),
            "hedge_after: nobody waits for a single answer of Offline; use another scenario");
  EXPECT_EQ(message(arrivals_at({zero}, {{100, 2}}), hedging(milliseconds(-1))),
            "hedge_after is -1000000 ns; must be 0 or more");
}

}  // namespace
}  // namespace ridgeline::serve
