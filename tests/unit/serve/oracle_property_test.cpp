// What holds for every batching system, beside the laws of course_test.cpp: what completes, floors, the
// recursion of G/G/c that uses no calendar, and order.

#include <gtest/gtest.h>

#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

Interference random_interference(RandomStream& random) {
  Interference i;
  if (random.below(2) == 0) i.noise_sigma = random.uniform();
  if (random.below(3) == 0) {
    i.pause_rate = Hertz(50 * random.uniform());
    i.pause_lengths = {milliseconds(1), milliseconds(1 + random.below(10))};
  }
  if (random.below(3) == 0) {
    i.background_load = 0.5 * random.uniform();
    i.background_burst = microseconds(100 + random.below(5000));
  }
  if (random.below(3) == 0) {
    i.context_switch_rate = Hertz(1000 * random.uniform());
    i.context_switch_cost = microseconds(random.below(50));
    i.cache_refill = microseconds(random.below(100));
  }
  return i;
}

struct Case {
  Schedule schedule;
  SimulatedSystem system;
};

constexpr ScenarioKind kinds[] = {ScenarioKind::server, ScenarioKind::single_stream,
                                  ScenarioKind::multi_stream, ScenarioKind::offline,
                                  ScenarioKind::closed_loop};

Case random_case(std::uint64_t seed) {
  RandomStream random(seed, "case");
  const auto batch = static_cast<std::uint32_t>(1 + random.below(8));
  const auto replicas = static_cast<std::uint32_t>(1 + random.below(4));
  const microseconds fixed(100 + random.below(5000)), each(random.below(2000));
  const microseconds timeout(random.below(2) * random.below(20'000));
  Case c{{}, make_system(linear_table(fixed, each, batch), policy(batch, timeout), replicas)};
  c.system.interference = random_interference(random);
  c.system.seed = seed;
  if (random.below(3) == 0) {
    c.system.service.tokens_per_sample = 7;
    for (const Nanoseconds total : c.system.service.total) c.system.service.first_token.push_back(total / 3);
  }
  const ScenarioKind kind = kinds[random.below(std::size(kinds))];
  const double saturation = replicas * batch / to_seconds(c.system.service.total.back()).value();
  if (kind == ScenarioKind::server) {
    c.schedule = server_schedule(500, Hertz((0.1 + random.uniform()) * saturation), seed);
  } else {
    c.schedule = closed_loop_schedule(kind, 200);
    if (kind == ScenarioKind::closed_loop) {
      c.schedule.scenario.users = static_cast<std::uint32_t>(1 + random.below(20));
      c.schedule.scenario.think_time = microseconds(random.below(5000));
    }
  }
  if (kind == ScenarioKind::multi_stream)
    c.schedule.samples = static_cast<std::uint32_t>(1 + random.below(20));
  if (kind == ScenarioKind::offline) c.schedule.samples = 500;
  return c;
}

Nanoseconds service_of(const Phases& p) { return p.prefill + p.decode + p.interference + p.throttling; }

class BatchingRandom : public testing::TestWithParam<std::uint64_t> {};

TEST_P(BatchingRandom, EveryQueryCompletesOnceAndItsPhasesAddUp) {
  const Case c = random_case(GetParam());
  const auto run = run_of(c.schedule, c.system);
  const std::size_t samples = c.schedule.samples;
  const std::size_t expected = c.schedule.scenario.kind == ScenarioKind::offline  ? 1
                               : c.schedule.scenario.kind == ScenarioKind::server ? 500
                                                                                  : 200;
  ASSERT_EQ(run.queries.size(), expected);
  ASSERT_EQ(run.phases.size(), expected);
  ASSERT_TRUE(samples == 1 || run.sample_completions.size() == expected * samples);
  for (std::size_t i = 0; i < expected; ++i) {
    const QueryRecord& q = run.queries[i];
    const Phases& p = run.phases[i];
    EXPECT_EQ(q.samples, samples);
    EXPECT_EQ(q.tokens, samples * c.system.service.tokens_per_sample);
    EXPECT_EQ(p.total(), q.latency()) << i;
    // The last batch alone takes what the table says of a single sample, before anything disturbs it.
    EXPECT_GE(p.prefill + p.decode, c.system.service.total[0]) << i;
    EXPECT_GE(p.queueing, Nanoseconds(0));
    EXPECT_GE(p.batching, Nanoseconds(0));
    EXPECT_LE(p.batching, c.system.batching.batch_timeout) << i;
    EXPECT_GT(service_of(p), Nanoseconds(0));
    if (samples == 1) continue;
    const auto first = run.sample_completions.begin() + static_cast<std::ptrdiff_t>(i * samples);
    EXPECT_EQ(*std::max_element(first, first + static_cast<std::ptrdiff_t>(samples)), q.completed) << i;
  }
}

/// One sample a batch and no waiting for more: the queue of G/G/c, whatever disturbs the services.
Case ggc(std::uint64_t seed) {
  Case c = random_case(seed);
  c.system.batching = policy(1);
  const double capacity = c.system.replicas / to_seconds(c.system.service.total[0]).value();
  RandomStream random(seed, "load");
  c.schedule = server_schedule(500, Hertz((0.3 + 0.8 * random.uniform()) * capacity), seed);
  return c;
}

/// Kiefer and Wolfowitz: what each server still has to do, least first, at each arrival.
std::vector<Nanoseconds> recursion_waits(const Run& run, std::uint32_t servers) {
  std::vector<Nanoseconds> left(servers), waits;
  Nanoseconds last{0};
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const Nanoseconds gap = run.queries[i].scheduled - last;
    last = run.queries[i].scheduled;
    for (Nanoseconds& work : left) work = std::max(work - gap, Nanoseconds(0));
    std::sort(left.begin(), left.end());
    waits.push_back(left[0]);
    left[0] += service_of(run.phases[i]);
  }
  return waits;
}

std::vector<Nanoseconds> waits_of(const Run& run) {
  std::vector<Nanoseconds> waits;
  for (const Phases& p : run.phases) waits.push_back(p.queueing + p.batching);
  return waits;
}

// To the nanosecond: no worker idles while a query waits, and none overtakes another.
TEST_P(BatchingRandom, WaitsAreThoseOfTheRecursion) {
  const Case c = ggc(GetParam());
  const auto run = run_of(c.schedule, c.system);
  EXPECT_EQ(waits_of(run), recursion_waits(run, c.system.replicas));
}

// Services are drawn in the order of their starts, which is that of the arrivals, so that one worker more has
// the same ones; the recursion is monotone in the number of servers, query by query.
TEST_P(BatchingRandom, OneWorkerMoreMakesNoQueryWaitLonger) {
  Case c = ggc(GetParam());
  const auto few = waits_of(run_of(c.schedule, c.system));
  ++c.system.replicas;
  const auto more = waits_of(run_of(c.schedule, c.system));
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_LE(more[i], few[i]) << i;
}

INSTANTIATE_TEST_SUITE_P(Systems, BatchingRandom, testing::Range<std::uint64_t>(1, 81));

}  // namespace
}  // namespace ridgeline::serve
