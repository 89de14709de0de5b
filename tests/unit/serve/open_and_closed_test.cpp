// ConstantStream and ClosedLoop played in virtual time, against what can be worked out by hand.

#include <gtest/gtest.h>

#include <cmath>

#include "ridgeline/simulation.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds ms(std::int64_t n) { return std::chrono::milliseconds(n); }

Run played(const Scenario& scenario, const SimulatedSystem& system) {
  const auto schedule = make_schedule(scenario);
  EXPECT_TRUE(schedule) << schedule.error().message;
  const auto run = simulate(*schedule, system);
  EXPECT_TRUE(run) << run.error().message;
  return *run;
}

// A query each 10 ms, served in 4 ms: none waits. In 14 ms: query i waits 4 i ms for those before it.
TEST(ConstantStream, WaitsOnlyWhenThePeriodIsTooShort) {
  Scenario s = Scenario::mlperf(ScenarioKind::constant_stream);
  s.target_qps = 100;
  s.min_duration = Nanoseconds(0);
  s.min_queries = 50;
  const ridgeline::Run easy = played(s, make_system(linear_table(ms(4), Nanoseconds(0), 1)));
  ASSERT_EQ(easy.queries.size(), 50u);
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(easy.queries[i].scheduled, ms(10 * static_cast<std::int64_t>(i)));
    EXPECT_EQ(easy.queries[i].latency(), ms(4));
  }
  const ridgeline::Run hard = played(s, make_system(linear_table(ms(14), Nanoseconds(0), 1)));
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(hard.queries[i].latency(), ms(14 + 4 * static_cast<std::int64_t>(i)));
  }
  EXPECT_FALSE(summarize(hard).verdict.valid);
}

// Eight cameras, one processor of 1 ms a picture: 8 ms fit a period of 10 ms. In one of 5 ms query i waits
// for 3 i ms of those before it: 8 + 3 i ms, of which the first five meet a deadline of 20 ms.
TEST(ConstantStream, ReadsSeveralSensorsEachPeriod) {
  Scenario s = Scenario::mlperf(ScenarioKind::constant_stream);
  s.samples_per_query = 8;
  s.min_duration = Nanoseconds(0);
  s.min_queries = 50;
  s.target_qps = 100;
  const SimulatedSystem system = make_system(linear_table(Nanoseconds(0), ms(1), 1));
  const ridgeline::Run easy = played(s, system);
  ASSERT_EQ(easy.queries.size(), 50u);
  for (const QueryRecord& q : easy.queries) EXPECT_EQ(q.latency(), ms(8));
  EXPECT_EQ(summarize(easy).missed_deadlines, 0u);
  EXPECT_EQ(summarize(easy).samples, 400u);
  s.target_qps = 200;
  s.target_latency = ms(20);
  const ridgeline::Run hard = played(s, system);
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_EQ(hard.queries[i].latency(), ms(8 + 3 * static_cast<std::int64_t>(i)));
  EXPECT_EQ(summarize(hard).missed_deadlines, 45u);
}

Scenario users(std::uint32_t n, Nanoseconds think_time, std::uint64_t queries) {
  Scenario s = closed_loop(ScenarioKind::closed_loop, queries);
  s.users = n;
  s.think_time = think_time;
  return s;
}

// One worker of 5 ms. Four users who think for 10 ms: four take 20 ms, more than the 15 ms of one user's
// cycle, so the worker is always busy and each query waits for the 5 ms of work that is ahead of it. The
// start is a burst: 5, 10, 15 and 20 ms; from then on a cycle is 4 x 5 ms, 10 of which a user thinks.
TEST(ClosedLoop, SaturatesWithManyUsers) {
  const ridgeline::Run run =
      played(users(4, ms(10), 100), make_system(linear_table(ms(5), Nanoseconds(0), 1)));
  ASSERT_EQ(run.queries.size(), 100u);
  EXPECT_FALSE(run.interrupted);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(run.queries[i].latency(), ms(5 * (1 + static_cast<int>(i))));
  for (std::size_t i = 4; i < 100; ++i) EXPECT_EQ(run.queries[i].latency(), ms(4 * 5 - 10)) << i;
  EXPECT_EQ(run.queries.back().completed, ms(5 * 100));
}

// As many workers as users: each goes round in 5 + 10 ms, all in step.
TEST(ClosedLoop, NeverWaitsWithAWorkerEach) {
  const ridgeline::Run run =
      played(users(3, ms(10), 30), make_system(linear_table(ms(5), Nanoseconds(0), 1), {}, 3));
  ASSERT_EQ(run.queries.size(), 30u);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_EQ(run.queries[i].issued, ms(15) * static_cast<std::int64_t>(i / 3));
    EXPECT_EQ(run.queries[i].latency(), ms(5));
  }
}

// With one user and no thinking it is SingleStream.
TEST(ClosedLoop, OfOneUserIsSingleStream) {
  const auto system = make_system(linear_table(ms(5), Nanoseconds(0), 1));
  const ridgeline::Run one = played(users(1, Nanoseconds(0), 40), system);
  const ridgeline::Run single = played(closed_loop(ScenarioKind::single_stream, 40), system);
  ASSERT_EQ(one.queries.size(), single.queries.size());
  for (std::size_t i = 0; i < one.queries.size(); ++i) {
    EXPECT_EQ(one.queries[i].issued, single.queries[i].issued);
    EXPECT_EQ(one.queries[i].completed, single.queries[i].completed);
  }
}

// One user: from an answer to the next question is one draw. Exponential: mean Z, standard deviation Z, and
// P(think > Z) = 1/e, each within four standard errors of 40,000 draws.
TEST(ClosedLoop, ThinksForExponentialTimes) {
  Scenario s = users(1, ms(10), 40'001);
  s.think = ThinkTime::exponential;
  const ridgeline::Run run = played(s, make_system(linear_table(ms(1), Nanoseconds(0), 1)));
  double sum = 0, squares = 0, beyond = 0;
  const auto n = static_cast<double>(run.queries.size() - 1);
  for (std::size_t i = 1; i < run.queries.size(); ++i) {
    const double think = to_seconds(run.queries[i].issued - run.queries[i - 1].completed).value() / 0.010;
    sum += think;
    squares += think * think;
    beyond += think > 1;
  }
  EXPECT_NEAR(sum / n, 1, 4 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 2, 4 * std::sqrt(20 / n));  // Var(E^2) = 24 - 4
  EXPECT_NEAR(beyond / n, std::exp(-1), 4 * std::sqrt(0.24 / n));
}

// The machine repairman, M/M/1//N: N machines run for Z on average, one repairman takes S. In balance,
//   P0 = 1 / sum_n N! / (N - n)! (S / Z)^n,   rate X = (1 - P0) / S,   response R = N / X - Z.
// Services are exponential by 1,000 equally likely factors, -ln((i + 0.5) / 1000).
TEST(ClosedLoop, OfExponentialTimesIsTheMachineRepairman) {
  constexpr double service = 0.010, think = 0.060;
  SimulatedSystem system = make_system(linear_table(ms(10), Nanoseconds(0), 1));
  for (int i = 0; i < 1000; ++i) system.interference.noise_factors.push_back(-std::log((i + 0.5) / 1000));
  for (const std::uint32_t n : {2u, 6u, 12u}) {
    double term = 1, sum = 1;
    for (std::uint32_t k = 0; k < n; ++k) sum += term *= (n - k) * service / think;
    const double rate = (1 - 1 / sum) / service, response = n / rate - think;
    Scenario s = users(n, to_nanoseconds(Seconds(think)), 200'000);
    s.think = ThinkTime::exponential;
    const Summary seen = summarize(played(s, system));
    EXPECT_NEAR(seen.throughput->value / rate, 1, 0.01) << n;
    EXPECT_NEAR(seen.mean->value / response, 1, 0.02) << n;
  }
}

}  // namespace
}  // namespace ridgeline::serve
