// The batching policy against a recursion that uses no calendar, and against a published bound.

#include <gtest/gtest.h>

#include <cmath>

#include "serve/counted.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// The second road: batch by batch. Batches start in order of their oldest sample, each on the worker that is
/// free first, at
///   max(worker free, min(oldest arrival + timeout, arrival that fills it, last arrival))
/// with all that have arrived by then, up to max_batch. True as long as no two events tie.
std::vector<Nanoseconds> completions_by_recursion(const std::vector<Nanoseconds>& arrival,
                                                  const SimulatedSystem& system) {
  const std::size_t most = system.batching.max_batch;
  std::vector<Nanoseconds> free(system.replicas, Nanoseconds(0)), completed(arrival.size());
  for (std::size_t head = 0; head < arrival.size();) {
    const auto worker = std::min_element(free.begin(), free.end());
    Nanoseconds due = std::min(arrival[head] + system.batching.batch_timeout, arrival.back());
    if (head + most <= arrival.size()) due = std::min(due, arrival[head + most - 1]);
    const Nanoseconds start = std::max(*worker, due);
    std::size_t end = head;
    while (end < arrival.size() && end < head + most && arrival[end] <= start) ++end;
    *worker = start + system.service.total[end - head - 1];
    for (; head < end; ++head) completed[head] = *worker;
  }
  return completed;
}

ServiceTable random_table(RandomStream& random, std::uint32_t batches) {
  ServiceTable table;
  Nanoseconds time(1'000'003 + random.below(1'000'000));
  for (std::uint32_t b = 0; b < batches; ++b, time += Nanoseconds(random.below(300'000)))
    table.total.push_back(time);
  return table;
}

TEST(Batching, IsTheRecursionOnRandomSystems) {
  RandomStream random(2024, "configurations");
  for (int round = 0; round < 300; ++round) {
    const auto batch = static_cast<std::uint32_t>(1 + random.below(12));
    const auto replicas = static_cast<std::uint32_t>(1 + random.below(4));
    const SimulatedSystem system = make_system(random_table(random, batch),
                                               policy(batch, Nanoseconds(random.below(4'000'000))), replicas);
    const double saturation = batch * replicas / to_seconds(system.service.total.back()).value();
    const double load = 0.1 + 1.2 * random.uniform();
    const Schedule schedule = server_schedule(1 + random.below(800), Hertz(load * saturation), random.bits());
    const auto run = simulate(schedule, system);
    ASSERT_TRUE(run) << run.error().message;
    const auto expected = completions_by_recursion(schedule.arrivals, system);
    ASSERT_EQ(run->queries.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(run->queries[i].scheduled, schedule.arrivals[i]);
      ASSERT_EQ(run->queries[i].completed, expected[i])
          << "round " << round << " query " << i << ": batch " << batch << ", replicas " << replicas;
    }
  }
}

// No worker idles while samples wait: a constant server without a timeout has as much work left at any moment
// as Lindley's recursion says, whatever the order.
TEST(Batching, ConservesWork) {
  const auto system = make_system(linear_table(milliseconds(1), Nanoseconds(0), 1));
  const Schedule schedule = server_schedule(20'000, Hertz(950), 5);
  const auto run = run_of(schedule, system);
  Nanoseconds free{0};
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    free = std::max(free, schedule.arrivals[i]) + milliseconds(1);
    ASSERT_EQ(run.queries[i].completed, free);
  }
}

// Every sample is served once and no batch exceeds the limit: with a table so steep that the size can be read
// off the time, count the samples that finish together.
TEST(Batching, NeverExceedsTheLimit) {
  const std::uint32_t most = 5;
  const auto system =
      make_system(linear_table(milliseconds(1), milliseconds(1), most), policy(most, milliseconds(1)));
  const auto run = run_of(server_schedule(5000, Hertz(2000), 9), system);
  std::size_t together = 1, full = 0;
  for (std::size_t i = 1; i < run.queries.size(); ++i) {
    together = run.queries[i].completed == run.queries[i - 1].completed ? together + 1 : 1;
    ASSERT_LE(together, most);
    full += together == most ? 1u : 0u;
  }
  EXPECT_GT(full, 900u);  // overloaded: nearly all
}

/// Y. Inoue, "Queueing analysis of GPU-based inference servers with dynamic batching" (Performance Evaluation
/// 147, 2021): with t(b) = a b + t0 and every waiting sample taken, E[latency] <= min(phi0, phi1).
double inoue_bound(double rate, double a, double t0) {
  const double la = rate * a, lt = rate * t0;
  const double phi0 = (a + t0) / (2 * (1 - la)) * (1 + 2 * lt + (1 - lt) / (1 + la));
  const double phi1 = 1.5 * t0 / (1 - la) + a / 2 * (la + 2) / (1 - la * la);
  return std::min(phi0, phi1);
}

class Inoue : public testing::TestWithParam<double> {};

TEST_P(Inoue, BoundsTheMeanLatencyClosely) {
  const double a = 0.001, t0 = 0.005, rate = GetParam() / a;
  const auto table = linear_table(to_nanoseconds(Seconds(t0)), to_nanoseconds(Seconds(a)), 1000);
  // Replications: their means are independent, so that their spread is the standard error.
  constexpr int replications = 20;
  double mean = 0, squares = 0;
  for (std::uint64_t seed = 0; seed < replications; ++seed) {
    const auto run = simulate(server_schedule(20'000, Hertz(rate), seed), make_system(table, policy(1000)));
    ASSERT_TRUE(run) << run.error().message;
    const double m = mean_seconds(latencies(*run));
    mean += m / replications;
    squares += m * m / replications;
  }
  const double error = std::sqrt(std::max(squares - mean * mean, 0.0) / (replications - 1));
  const double bound = inoue_bound(rate, a, t0);
  EXPECT_LE(mean, bound + 5 * error);
  EXPECT_GE(mean, 0.9 * bound - 5 * error);  // it is known to be tight
  EXPECT_LT(5 * error, 0.05 * bound);
}

INSTANTIATE_TEST_SUITE_P(Loads, Inoue, testing::Values(0.05, 0.2, 0.5, 0.8));

// Prompts of 1 ms a token, alone or not; decode passes of 10 ms. Two requests come at once, (3 in, 1 out) and
// (5 in, 4 out): the pass over the prompts takes 5 ms, three more passes follow, and both are returned then.
TEST(Batching, ABatchLastsUntilItsLongestAnswerIsDone) {
  LinearCosts costs;
  costs.step = std::chrono::milliseconds(10);
  costs.prompt_token = std::chrono::milliseconds(1);
  StepLimits limits;
  limits.max_sequences = 2;
  limits.max_context = 64;
  SimulatedSystem system = make_system(linear_table(Nanoseconds(1), Nanoseconds(0), 2), policy(2));
  system.service.first_token = system.service.total;
  system.by_length.emplace();
  system.by_length->decode = *StepTimes::linear(costs, limits);
  system.by_length->prompts = {1, 9};
  const std::vector<Nanoseconds> prompts = {std::chrono::milliseconds(1), std::chrono::milliseconds(9)};
  system.by_length->prefill = {prompts, prompts};
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::server);
  schedule.scenario.target_qps = 1;
  schedule.scenario.min_duration = Nanoseconds(0);
  schedule.arrivals = {Nanoseconds(0), Nanoseconds(0)};
  schedule.lengths = {{3, 1}, {5, 4}};
  system.batching.batch_timeout = std::chrono::milliseconds(1);
  const ridgeline::Run run = run_of(schedule, system);
  ASSERT_EQ(run.queries.size(), 2u);
  for (const QueryRecord& q : run.queries) {
    EXPECT_EQ(*q.first_token, std::chrono::milliseconds(5));
    EXPECT_EQ(q.completed, std::chrono::milliseconds(35));
  }
  EXPECT_EQ(run.queries[0].tokens, 1u);
  EXPECT_EQ(run.queries[1].tokens, 4u);
  schedule.lengths = {{10, 1}};
  EXPECT_FALSE(simulate(schedule, system)) << "the table ends at 9";
}

/// Three queries of two samples a millisecond apart, each 0.1 ms of service for a sample: no batch is larger
/// than two, and a policy that allows more is the same. One at a time is not.
TEST(Batching, APolicyThatNeverHeldABatchSmallIsEveryLooserOne) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::constant_stream);
  schedule.scenario.target_qps = 1000;
  schedule.scenario.samples_per_query = schedule.samples = 2;
  for (int i = 0; i < 3; ++i) schedule.arrivals.push_back(milliseconds(i));
  const auto played = [&](std::uint32_t most) {
    return simulate_counted(schedule,
                            make_system(linear_table(Nanoseconds(0), microseconds(100), most), policy(most)));
  };
  const auto one = played(1), two = played(2), three = played(3), many = played(64);
  ASSERT_TRUE(one && two && three && many) << one.error().message;
  EXPECT_EQ(one->largest_batch, 1);
  EXPECT_EQ(two->largest_batch, 2);
  EXPECT_EQ(three->largest_batch, 2);
  EXPECT_EQ(many->largest_batch, 2);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(three->run.queries[i].completed, milliseconds(i) + microseconds(200));
    EXPECT_EQ(many->run.queries[i].completed, three->run.queries[i].completed);
  }
}

}  // namespace
}  // namespace ridgeline::serve
