// One rule at a time, in numbers that add up by hand.

#include <gtest/gtest.h>

#include "continuous_systems.h"
#include "serve/md1.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

const Nanoseconds zero{0};

TEST(Continuous, OneRequestIsItsPromptAndItsSteps) {
  const Played p = play(arrivals_at({zero}, {{100, 4}}), continuous());
  ASSERT_EQ(p.run.queries.size(), 1U);
  const QueryRecord& q = p.run.queries[0];
  // 5 ms + 100 x 10 us.
  EXPECT_EQ(*q.first_token, milliseconds(6));
  // Three passes at contexts 100, 101, 102.
  EXPECT_EQ(q.completed, milliseconds(6) + 3 * (milliseconds(10) + microseconds(100)) + Nanoseconds(303));
  EXPECT_EQ(q.tokens, 4U);
  EXPECT_EQ(p.counts.passes, 4U);
  EXPECT_EQ(p.run.phases[0].prefill, *q.first_token);
  EXPECT_EQ(p.run.phases[0].total(), q.latency());
}

TEST(Continuous, ARequestJoinsAtTheEndOfThePassInProgress) {
  // The first decodes from 6 ms on in passes of 10.1 ms + 100.. ns; the second comes at 20 ms.
  const Played p = play(arrivals_at({zero, milliseconds(20)}, {{100, 10}, {200, 2}}), continuous());
  const Nanoseconds boundary = milliseconds(6) + 2 * Nanoseconds(10'100'000) + Nanoseconds(100 + 101);
  EXPECT_EQ(p.run.phases[1].batching, boundary - milliseconds(20));
  EXPECT_EQ(p.run.phases[1].queueing, zero);
  // Its prompt, 7 ms, shares the third decode pass of the first.
  EXPECT_EQ(p.run.phases[1].prefill, Nanoseconds(10'100'000 + 102) + milliseconds(7));
}

TEST(Continuous, APromptDelaysDecodingByItsInterferenceOnly) {
  LinearCosts costs = plain_costs();
  costs.interference = 0.5;
  const Played p = play(arrivals_at({zero, milliseconds(20)}, {{100, 10}, {200, 2}}), continuous(costs));
  // The first token of the second is there when all of its 7 ms have passed, the pass over after half of
  // them.
  EXPECT_EQ(p.run.phases[1].prefill, Nanoseconds(10'100'000 + 102) + milliseconds(7));
  const Played whole = play(arrivals_at({zero, milliseconds(20)}, {{100, 10}, {200, 2}}), continuous());
  EXPECT_EQ(whole.run.queries[0].completed - p.run.queries[0].completed, microseconds(3500));
}

TEST(Continuous, AChunkFillsTheBudgetBesideTheDecodingOnes) {
  ContinuousSystem system = continuous();
  system.limits.token_budget = 101;
  // 300 tokens beside one that decodes: 100 a pass, three passes.
  const Played p = play(arrivals_at({zero, milliseconds(1)}, {{50, 20}, {300, 2}}), system);
  const std::vector<QueryRecord>& q = p.run.queries;
  // The prompt pass of the first ends at 5.5 ms. Chunks take P(q) - P(p), but not less than P(1) = 5.01 ms.
  const Nanoseconds chunks = milliseconds(6) + 2 * microseconds(5010);
  EXPECT_EQ(*q[1].first_token,
            microseconds(5500) + 3 * Nanoseconds(10'100'000) + Nanoseconds(50 + 51 + 52) + chunks);
}

TEST(Continuous, WithoutChunksDecodingWaitsForPrompts) {
  ContinuousSystem system = continuous();
  system.limits.chunked_prefill = ChunkedPrefill::off;
  system.limits.token_budget = 64;
  const Played p = play(arrivals_at({zero, milliseconds(6)}, {{100, 3}, {400, 2}}), system);
  const std::vector<QueryRecord>& q = p.run.queries;
  // At 6 ms both are there: the prompt of 400 tokens, larger than the budget, goes alone; then they decode
  // together.
  EXPECT_EQ(*q[1].first_token, milliseconds(6 + 9));
  const Nanoseconds both = milliseconds(10) + microseconds(200) + Nanoseconds(500);
  EXPECT_EQ(q[1].completed, milliseconds(15) + both);
  EXPECT_EQ(q[0].completed, q[1].completed + Nanoseconds(10'100'000 + 101));
}

TEST(Continuous, PrefixHitsNeedNoCompute) {
  ContinuousSystem system = continuous();
  system.limits.prefix_hit_rate = 0.75;
  const Played p = play(arrivals_at({zero}, {{4000, 1}}), system);
  // P(4000) - P(3000); the start of a prompt, 5 ms, was paid by who computed the prefix.
  EXPECT_EQ(p.run.queries[0].completed, milliseconds(10));
  EXPECT_EQ(p.counts.prompt_tokens, 1000U);
}

TEST(Continuous, TheQueueIsFirstComeFirstServedWithinAClass) {
  ContinuousSystem system = continuous(plain_costs(), 1);
  system.classes = {0, 1, 0};
  const Played p = play(arrivals_at({zero, milliseconds(1), milliseconds(2)}, {{100, 3}}), system);
  const auto& q = p.run.queries;
  EXPECT_LT(q[0].completed, *q[2].first_token);
  EXPECT_LT(q[2].completed, *q[1].first_token);
  system.classes.clear();
  const Played fifo = play(arrivals_at({zero, milliseconds(1), milliseconds(2)}, {{100, 3}}), system);
  EXPECT_LT(fifo.run.queries[1].completed, *fifo.run.queries[2].first_token);
}

// A fifth of the requests overtakes the rest: its share is binomial, its queue short. The notes have both.
TEST(Continuous, DrawnClassesAreServedInTheirOrder) {
  ContinuousSystem system = continuous(plain_costs(), 4);
  system.lengths = {200, 40};
  system.class_shares = {0.2, 0.8};
  constexpr std::size_t n = 4000;
  const Played p = play(server_schedule(n, Hertz(7), 5), system);  // 0.9 of what four at a time sustain
  const auto figure = [&](const char* start, const char* what) {
    for (const std::string& note : p.run.notes) {
      if (note.rfind(start, 0) == 0)
        return std::stod(note.substr(note.find(what) + std::string(what).size()));
    }
    return 0.0;
  };
  const double first = figure("class 0", ": "), second = figure("class 1", ": ");
  EXPECT_EQ(first + second, n);
  EXPECT_NEAR(first, 0.2 * n, 4 * std::sqrt(n * 0.2 * 0.8));
  const auto ms_of = [&](const char* start) {
    for (const std::string& note : p.run.notes) {
      const auto at = note.find("TTFT P50 ");
      if (note.rfind(start, 0) != 0) continue;
      const double value = std::stod(note.substr(at + 9));
      return note.find(" ms,", at) == note.find(',', at) - 3 ? value : 1000 * value;
    }
    return 0.0;
  };
  EXPECT_GT(ms_of("class 0"), 0);
  EXPECT_LT(ms_of("class 0"), 0.5 * ms_of("class 1"));
  system.class_shares = {0.2, 0.7};
  EXPECT_FALSE(simulate_continuous(server_schedule(10, Hertz(1), 5), system));
}

/// Two requests of 4 blocks in the end, in a cache of 6.
ContinuousSystem tight(Preemption how) {
  ContinuousSystem system = continuous();
  system.limits.block_tokens = 10;
  system.limits.kv_blocks = 6;
  system.limits.preemption = how;
  return system;
}

TEST(Continuous, AFullCachePreemptsTheLastAdmittedAndLosesNoToken) {
  const Schedule schedule = arrivals_at({zero, zero}, {{20, 20}});
  const Played swap = play(schedule, tight(Preemption::swap));
  EXPECT_EQ(swap.counts.preemptions, 1U);
  EXPECT_EQ(swap.counts.most_blocks, 6U);
  EXPECT_EQ(swap.counts.prompt_tokens, 40U);
  EXPECT_EQ(swap.counts.decode_tokens, 38U);  // each but the first token
  EXPECT_LT(swap.run.queries[0].completed, swap.run.queries[1].completed);
  EXPECT_GT(swap.run.phases[1].queueing, zero);

  // Both hold 30 tokens after 10 passes: 11 tokens are made, and the next needs a 7th block.
  const Played again = play(schedule, tight(Preemption::recompute));
  EXPECT_EQ(again.counts.preemptions, 1U);
  EXPECT_EQ(again.counts.prompt_tokens, 40U + 20 + 11);
  EXPECT_EQ(again.counts.decode_tokens, 38U - 1);  // the second prompt pass makes a token too
}

TEST(Continuous, SwappingTakesTheTimeOfTheTransfer) {
  const Schedule schedule = arrivals_at({zero, zero}, {{20, 20}});
  ContinuousSystem slow = tight(Preemption::swap);
  slow.limits.swap_token = Ticks(1'000'000LL << 24);  // 1 ms
  const Played fast = play(schedule, tight(Preemption::swap)), p = play(schedule, slow);
  // 30 tokens out, during which nothing else runs, and 30 in.
  EXPECT_EQ(p.run.queries[0].completed - fast.run.queries[0].completed, milliseconds(30));
  EXPECT_EQ(p.run.queries[1].completed - fast.run.queries[1].completed, milliseconds(60));
}

TEST(Continuous, WhatCannotFitIsInfeasible) {
  const auto run = simulate_continuous(arrivals_at({zero}, {{50, 20}}), tight(Preemption::swap));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::infeasible);
  EXPECT_EQ(run.error().message, "a request of 70 tokens does not fit the KV cache: it holds 6 blocks of 10");
}

TEST(Continuous, RefusedAndTimedOutAreCounted) {
  ContinuousSystem system = continuous(plain_costs(), 1);
  system.limits.max_waiting = 1;
  const Schedule schedule =
      arrivals_at({zero, milliseconds(1), milliseconds(2), milliseconds(3)}, {{100, 3}});
  const Played full = play(schedule, system);
  EXPECT_EQ(full.counts.refused, 2U);
  EXPECT_EQ(full.run.queries.size(), 2U);
  EXPECT_EQ(full.run.notes[1],
            "2 of 4 requests completed, 2 were refused by a full queue and 0 gave up waiting: latencies are "
            "of those completed");
  system.limits.max_waiting = 0;
  system.limits.timeout = milliseconds(30);  // each takes 26.2 ms: the second starts in time, nobody else
  const Played late = play(schedule, system);
  EXPECT_EQ(late.counts.timed_out, 2U);
  EXPECT_EQ(late.run.queries.size(), 2U);
}

TEST(Continuous, PromptsElsewhereComeOverTheLink) {
  ContinuousSystem system = continuous();
  PrefillStage stage;
  stage.times = system.times;
  stage.limits = system.limits;
  stage.handover = milliseconds(2);
  stage.transfer_token = Ticks(10'000LL << 24);  // 10 us
  system.prefill = stage;
  const Played p = play(arrivals_at({zero}, {{100, 4}}), system);
  const QueryRecord& q = p.run.queries[0];
  EXPECT_EQ(*q.first_token, milliseconds(6 + 2 + 1));
  EXPECT_EQ(q.completed, *q.first_token + 3 * Nanoseconds(10'100'000) + Nanoseconds(303));
  EXPECT_EQ(p.run.phases[0].total(), q.latency());
}

TEST(Continuous, RoutersSpreadTheLoad) {
  // Long and short alternate: by turns one replica gets all the long ones.
  std::vector<Nanoseconds> at;
  for (int i = 0; i < 400; ++i) at.push_back(milliseconds(30 * i));
  const Schedule schedule = arrivals_at(at, {{100, 150}, {100, 2}});
  ContinuousSystem system = continuous(plain_costs(), 8);
  system.replicas = 2;
  const auto mean = [&](Router router) {
    system.router = router;
    return mean_seconds(latencies(play(schedule, system).run));
  };
  const double turns = mean(Router::round_robin);
  EXPECT_LT(mean(Router::least_outstanding), 0.9 * turns);
  EXPECT_LT(mean(Router::power_of_two), 0.9 * turns);
}

// One sequence at a time is M/D/1: against Lindley's recursion to the nanosecond, and the distribution.
TEST(Continuous, OneSequenceAtATimeIsMD1) {
  LinearCosts costs = plain_costs();
  costs.cached_token = Seconds(0);
  const Nanoseconds service = milliseconds(6) + 3 * Nanoseconds(10'100'000);
  const Hertz rate(0.7 / to_seconds(service).value());
  ContinuousSystem system = continuous(costs, 1);
  system.lengths = {100, 4};
  const Schedule schedule = server_schedule(200'000, rate, 11);
  const Played p = play(schedule, system);
  Nanoseconds free{0};
  double waits = 0;
  for (std::size_t i = 0; i < schedule.arrivals.size(); ++i) {
    const Nanoseconds start = std::max(free, schedule.arrivals[i]);
    free = start + service;
    ASSERT_EQ(p.run.queries[i].completed, free) << i;
    waits += to_seconds(start - schedule.arrivals[i]).value();
  }
  const double expected = Md1(rate, to_seconds(service)).mean_wait().value();
  EXPECT_NEAR(waits / static_cast<double>(schedule.arrivals.size()), expected, 0.03 * expected);
}

TEST(Continuous, RefusesNonsense) {
  const auto message = [](const Schedule& schedule, const ContinuousSystem& system) {
    const auto run = simulate_continuous(schedule, system);
    return run ? std::string() : run.error().message;
  };
  const Schedule one = arrivals_at({zero}, {{100, 4}});
  ContinuousSystem system = continuous();
  system.limits.token_budget = 10;
  EXPECT_EQ(message(one, system), "token_budget is 10; must be at least max_sequences, 64");
  system = continuous();
  system.limits.prefix_hit_rate = 1;
  EXPECT_EQ(message(one, system), "prefix_hit_rate is 1; must be 0 or more and below 1");
  system = continuous();
  system.limits.timeout = milliseconds(1);
  EXPECT_EQ(
      message(closed_loop_schedule(ScenarioKind::single_stream, 5), system),
      "max_waiting and timeout need an open loop (Server): a user who waits for an answer must get one");
  EXPECT_EQ(message(arrivals_at({zero}, {{100, 0}}), continuous()),
            "a request has 100 tokens in and 0 out; needs at least 1 of each");
  EXPECT_EQ(message(arrivals_at({milliseconds(1), zero}, {{1, 1}}), continuous()),
            "schedule: arrivals must ascend from 0");
}

}  // namespace
}  // namespace ridgeline::serve
