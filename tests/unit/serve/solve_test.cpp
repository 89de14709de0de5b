// Two roads, one answer: the closed form and the simulator, wherever both know it.

#include <gtest/gtest.h>

#include <cmath>

#include "stats/quantile.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::milliseconds;

/// Sorted and ranked as LoadGen does.
Seconds percentile(std::vector<Nanoseconds> times, double p) {
  std::sort(times.begin(), times.end());
  return to_seconds(times[stats::nearest_rank(times.size(), p)]);
}

ClosedForm form_of(const Scenario& scenario, const SimulatedSystem& s) {
  const auto form = solve(scenario, s.service, s.batching, s.replicas);
  EXPECT_TRUE(form) << form.error().message;
  return form ? *form : ClosedForm{};
}

TEST(SolveSingleStream, IsTheTable) {
  const ClosedForm form = form_of(closed_loop(ScenarioKind::single_stream, 100),
                                  make_system(linear_table(milliseconds(2), milliseconds(1), 1)));
  EXPECT_EQ(form.p50, Seconds(0.003));
  EXPECT_EQ(form.p99, Seconds(0.003));
  EXPECT_EQ(form.throughput->value(), 1 / 0.003);
  EXPECT_EQ(form.method, "deterministic service");
}

// A query that cannot fill the batch waits for the timeout first.
TEST(SolveSingleStream, CountsTheBatchTimeout) {
  const ClosedForm form =
      form_of(closed_loop(ScenarioKind::single_stream, 100),
              make_system(linear_table(milliseconds(2), milliseconds(1), 4), policy(4, milliseconds(5))));
  EXPECT_EQ(form.p50, Seconds(0.008));
}

// On random deterministic systems the two agree to the last bit: both are integers of nanoseconds.
TEST(SolveMultiStream, IsTheSimulation) {
  RandomStream random(77, "multistream");
  for (int round = 0; round < 200; ++round) {
    const auto batch = static_cast<std::uint32_t>(1 + random.below(10));
    const auto samples = static_cast<std::uint32_t>(1 + random.below(20));
    const SimulatedSystem system = make_system(
        linear_table(milliseconds(1 + random.below(5)), milliseconds(random.below(3)), batch),
        policy(batch, milliseconds(random.below(20))), static_cast<std::uint32_t>(1 + random.below(4)));
    const Schedule schedule = closed_loop_schedule(ScenarioKind::multi_stream, 3, samples);
    const auto run = run_of(schedule, system);
    const ClosedForm form = form_of(schedule.scenario, system);
    ASSERT_EQ(to_seconds(run.queries[0].latency()), *form.p50) << round;
    ASSERT_EQ(to_seconds(run.queries[1].latency()), *form.p99) << round;
    ASSERT_EQ(form.throughput->value(), samples / form.mean->value());
  }
}

TEST(SolveOffline, IsTheSimulation) {
  RandomStream random(78, "offline");
  for (int round = 0; round < 200; ++round) {
    const auto batch = static_cast<std::uint32_t>(1 + random.below(10));
    const SimulatedSystem system = make_system(
        linear_table(milliseconds(1 + random.below(5)), milliseconds(random.below(3)), batch),
        policy(batch, milliseconds(random.below(20))), static_cast<std::uint32_t>(1 + random.below(4)));
    Scenario scenario = Scenario::mlperf(ScenarioKind::offline);
    scenario.min_duration = milliseconds(1);
    scenario.min_queries = 1 + random.below(300);
    const auto schedule = make_schedule(scenario);
    ASSERT_TRUE(schedule) << schedule.error().message;
    const auto run = run_of(*schedule, system);
    const ClosedForm form = form_of(scenario, system);
    const auto& done = run.sample_completions;
    ASSERT_EQ(done.size(), schedule->samples);
    for (const auto& [p, found] : {std::pair(0.5, form.p50), {0.9, form.p90}, {0.99, form.p99}}) {
      ASSERT_EQ(percentile(done, p), *found) << round << " p " << p;
    }
    ASSERT_NEAR(mean_seconds(done), form.mean->value(), 1e-12 * form.mean->value());
    ASSERT_EQ(form.throughput->value(), double(done.size()) / to_seconds(run.queries[0].completed).value());
  }
}

class Server : public testing::TestWithParam<double> {};

// Every 200th latency of a long run is nearly independent of the last, so that the exact binomial interval of
// an order statistic holds: 5 sigma is a confidence of 1 - 5.7e-7.
TEST_P(Server, PercentilesAreThoseOfMD1) {
  const double rho = GetParam(), service = 0.001;
  const auto system = make_system(linear_table(milliseconds(1), Nanoseconds(0), 1));
  const Schedule schedule = server_schedule(1'000'000, Hertz(rho / service), 31);
  const auto run = run_of(schedule, system);
  std::vector<Nanoseconds> thinned;
  for (std::size_t i = 1000; i < run.queries.size(); i += 200) thinned.push_back(run.queries[i].latency());
  std::sort(thinned.begin(), thinned.end());
  const ClosedForm form = form_of(schedule.scenario, system);
  EXPECT_EQ(form.method, "M/D/1");
  EXPECT_EQ(form.throughput->value(), schedule.scenario.target_qps);
  for (const auto& [p, exact] : {std::pair(0.5, form.p50), {0.9, form.p90}, {0.99, form.p99}}) {
    const auto ranks = stats::quantile_ranks(thinned.size(), p, 1 - 5.7e-7);
    ASSERT_TRUE(ranks);
    // Half a nanosecond: simulated times are integers.
    EXPECT_LE(to_seconds(thinned[ranks->low]).value(), exact->value() + 1e-9) << "p " << p;
    EXPECT_GE(to_seconds(thinned[ranks->high]).value(), exact->value() - 1e-9) << "p " << p;
  }
  const double expected_mean = service + rho * service / (2 * (1 - rho));  // Pollaczek-Khinchine
  EXPECT_NEAR(form.mean->value(), expected_mean, 1e-12);
  EXPECT_NEAR(mean_seconds(latencies(run)), expected_mean, 0.02 * expected_mean);
}

INSTANTIATE_TEST_SUITE_P(Loads, Server, testing::Values(0.3, 0.5, 0.8));

TEST(SolveServer, AnUnstableQueueIsInfeasible) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::server);
  scenario.target_qps = 300;
  const auto table = linear_table(milliseconds(2), milliseconds(2), 4);
  const auto one = solve(scenario, table, policy(1), 1);  // 4 ms each: at most 250 a second
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().kind, ErrorKind::infeasible);
  EXPECT_EQ(one.error().message,
            "unstable queue: 300 samples/s are offered, rho = 1.2; the rate must stay below 250 samples/s");
  scenario.target_qps = 250;
  EXPECT_FALSE(solve(scenario, table, policy(1), 1));
  scenario.target_qps = 300;
  EXPECT_TRUE(solve(scenario, table, policy(4), 1));  // 4 in 10 ms
  EXPECT_TRUE(solve(scenario, table, policy(1), 2));
}

TEST(SolveServer, SaysWhereItKnowsNone) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::server);
  scenario.target_qps = 100;
  const auto table = linear_table(milliseconds(2), milliseconds(2), 4);
  for (const auto& form : {*solve(scenario, table, policy(4), 1), *solve(scenario, table, policy(1), 2)}) {
    EXPECT_FALSE(form.p50 || form.p90 || form.p99 || form.mean);
    EXPECT_EQ(form.throughput, Hertz(100));
    EXPECT_EQ(form.method.substr(0, 6), "none: ");
  }
}

}  // namespace
}  // namespace ridgeline::serve
