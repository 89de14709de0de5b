// Laws of conservation of the continuous engine, reached by roads that know nothing of passes.

#include <gtest/gtest.h>

#include <thread>

#include "continuous_systems.h"

namespace ridgeline::serve {
namespace {

struct Case {
  Schedule schedule;
  ContinuousSystem system;
};

/// No prefix hits and no front end: a request is in the engine from its arrival to its last token.
Case random_case(std::uint64_t seed) {
  RandomStream random(seed, "case");
  const auto sequences = static_cast<std::uint32_t>(1 + random.below(12));
  Case c{server_schedule(300, Hertz(1 + 10 * random.uniform()), seed), continuous(plain_costs(), sequences)};
  for (int i = 0; i < 300; ++i) {
    const auto input = static_cast<std::uint32_t>(1 + random.below(300));
    c.schedule.lengths.push_back({input, static_cast<std::uint32_t>(1 + random.below(60))});
  }
  c.system.limits.kv_blocks = 40 + random.below(200);
  c.system.limits.chunked_prefill = random.below(3) == 0 ? ChunkedPrefill::off : ChunkedPrefill::on;
  return c;
}

class ContinuousLaws : public testing::TestWithParam<std::uint64_t> {};

/// Time during which at least one request is in the system.
Nanoseconds occupied(const Run& run) {
  Nanoseconds sum{0}, until{0};
  for (const QueryRecord& q : run.queries) {  // in the order of arrivals
    const Nanoseconds from = std::max(until, q.scheduled);
    if (q.completed > from) sum += q.completed - from;
    until = std::max(until, q.completed);
  }
  return sum;
}

// One engine computes whenever somebody is there, and never otherwise.
TEST_P(ContinuousLaws, WorkIsConserved) {
  const Case c = random_case(GetParam());
  const auto run = play(c.schedule, c.system).run;
  ASSERT_EQ(run.queries.size(), 300u);
  ASSERT_GE(run.windows.size(), 2u);
  Nanoseconds end{0};
  for (const QueryRecord& q : run.queries) end = std::max(end, q.completed);
  double busy = 0;
  for (std::size_t w = run.windows.size(); w > 0; end = run.windows[--w].start)
    busy += run.windows[w - 1].busy * to_seconds(end - run.windows[w - 1].start).value();
  const double expected = to_seconds(occupied(run)).value();
  EXPECT_NEAR(busy, expected, 1e-6 * expected);  // whole nanoseconds for each pass
}

// Company never helps: no request is faster than alone in an empty engine.
TEST_P(ContinuousLaws, NoRequestIsFasterThanAlone) {
  const Case c = random_case(GetParam());
  const auto run = play(c.schedule, c.system).run;
  for (std::size_t i = 0; i < run.queries.size(); i += 10) {
    Case alone = c;
    alone.schedule.arrivals = {Nanoseconds(0)};
    alone.schedule.lengths = {c.schedule.lengths[i]};
    const Nanoseconds floor = play(alone.schedule, alone.system).run.queries.at(0).latency();
    EXPECT_GE(run.queries[i].latency() + Nanoseconds(1), floor) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Systems, ContinuousLaws, testing::Range<std::uint64_t>(1, 31));

TEST(ContinuousThreads, OneTwoAndEightGiveTheSame) {
  constexpr std::uint64_t cases = 16;
  std::vector<std::vector<Nanoseconds>> alone;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const Case c = random_case(seed);
    alone.push_back(latencies(play(c.schedule, c.system).run));
  }
  for (const std::size_t workers : {1u, 2u, 8u}) {
    std::vector<std::vector<Nanoseconds>> found(cases);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < workers; ++t) {
      threads.emplace_back([&found, t, workers] {
        for (std::size_t seed = t; seed < cases; seed += workers) {
          const Case c = random_case(seed);
          found[seed] = latencies(*simulate_continuous(c.schedule, c.system));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(found, alone) << workers;
  }
}

}  // namespace
}  // namespace ridgeline::serve
