// What holds for every system: laws of conservation, and jumps that change nothing.

#include <gtest/gtest.h>

#include <set>

#include "continuous_systems.h"
#include "load/little.h"

namespace ridgeline::serve {
namespace {

struct Case {
  Schedule schedule;
  ContinuousSystem system;
};

Case random_case(std::uint64_t seed) {
  RandomStream random(seed, "case");
  LinearCosts costs = plain_costs();
  costs.cached_token = Seconds(1e-9 * random.uniform() * 300);
  costs.interference = 0.3 + random.uniform();
  costs.prompt_stretch = 0.5 + random.uniform();
  const auto sequences = static_cast<std::uint32_t>(1 + random.below(12));
  Case c{server_schedule(400, Hertz(5 + 40 * random.uniform()), seed), continuous(costs, sequences)};
  std::uint64_t longest = 0;
  for (int i = 0; i < 400; ++i) {
    const TokenLengths l{static_cast<std::uint32_t>(1 + random.below(300)),
                         static_cast<std::uint32_t>(1 + random.below(60))};
    c.schedule.lengths.push_back(l);
    longest = std::max<std::uint64_t>(longest, l.input + l.output);
    c.system.classes.push_back(static_cast<std::uint8_t>(random.below(2) * random.below(4)));
  }
  EngineLimits& l = c.system.limits;
  l.token_budget = sequences + static_cast<std::uint32_t>(random.below(400));
  l.block_tokens = static_cast<std::uint32_t>(1 + random.below(20));
  l.kv_blocks = longest / l.block_tokens + 1 + random.below(sequences * 100ULL / l.block_tokens + 1);
  l.chunked_prefill = random.below(4) == 0 ? ChunkedPrefill::off : ChunkedPrefill::on;
  l.preemption = random.below(2) == 0 ? Preemption::swap : Preemption::recompute;
  l.swap_token = Ticks(static_cast<std::int64_t>(random.below(1ULL << 40)));
  if (random.below(3) == 0) l.prefix_hit_rate = 0.5 * random.uniform();
  if (random.below(3) == 0) l.max_waiting = static_cast<std::uint32_t>(5 + random.below(20));
  if (random.below(3) == 0) l.timeout = std::chrono::milliseconds(50 + random.below(2000));
  c.system.replicas = static_cast<std::uint32_t>(1 + random.below(3));
  c.system.router = static_cast<Router>(random.below(3));
  if (random.below(3) == 0) {
    c.system.per_request = std::chrono::microseconds(random.below(5000));
    c.system.per_user = std::chrono::microseconds(random.below(500));
  }
  if (random.below(4) == 0) {
    PrefillStage stage;
    stage.times = c.system.times;
    stage.limits = l;
    stage.replicas = static_cast<std::uint32_t>(1 + random.below(2));
    stage.transfer_token = Ticks(static_cast<std::int64_t>(random.below(1ULL << 40)));
    c.system.prefill = stage;
    c.system.limits.max_waiting = 0;
    c.system.limits.timeout = Nanoseconds(0);
  }
  return c;
}

/// The same, on machines that other work disturbs and that warm up.
Case random_disturbed_case(std::uint64_t seed) {
  Case c = random_case(seed);
  RandomStream random(seed, "disturbance");
  Interference& i = c.system.interference;
  if (random.below(2) == 0) i.noise_sigma = 0.5 * random.uniform();
  if (random.below(2) == 0) i.pause_rate = Hertz(50 * random.uniform());
  i.pause_lengths = {std::chrono::milliseconds(1), std::chrono::milliseconds(random.below(300))};
  if (random.below(2) == 0) i.background_load = 0.5 * random.uniform();
  if (random.below(2) == 0) i.context_switch_rate = Hertz(1000 * random.uniform());
  i.context_switch_cost = std::chrono::microseconds(random.below(200));
  if (random.below(2) == 0) {
    HeatModel heat;
    heat.ambient_celsius.value = 25;
    heat.active.value = Watts(100);
    heat.nodes = {{"chip", {1 + 5 * random.uniform(), {}, {}}, {0.5, {}, {}}}};
    heat.steps = {{1, 1}, {0.7, 0.5}, {0.3, 0.2}};
    heat.governor = {0, {40 + 30 * random.uniform(), {}, {}}, {35, {}, {}}, {Seconds(0.05), {}, {}}};
    c.system.heat = heat;
  }
  const std::uint32_t fronts = c.system.prefill ? c.system.prefill->replicas : c.system.replicas;
  if (fronts > 1 && random.below(3) > 0)
    c.system.hedge_after = std::chrono::milliseconds(1 + random.below(500));
  return c;
}

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
