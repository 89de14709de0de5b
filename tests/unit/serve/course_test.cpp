// The course of a run: phases, windows, and laws that every run obeys whatever the system.

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "load/little.h"
#include "serve/heat_device.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Batches of 2 take 4 ms, the timeout is 10 ms, one worker. Query 2 comes at 2 while the worker is busy until
// 5: 3 ms of queueing, then it waits for company until 12: 7 ms of batching.
TEST(Phases, TellQueueingFromBatching) {
  Schedule schedule = server_schedule(1, Hertz(100), 1);
  schedule.arrivals = {milliseconds(0), milliseconds(1), milliseconds(2), milliseconds(20), milliseconds(29)};
  const auto run = run_of(
      schedule, make_system(linear_table(milliseconds(2), milliseconds(1), 2), policy(2, milliseconds(10))));
  ASSERT_EQ(run.phases.size(), 5u);
  EXPECT_EQ(run.phases[0].batching, milliseconds(1));  // the worker was free, the batch was not full
  EXPECT_EQ(run.phases[0].queueing, milliseconds(0));
  EXPECT_EQ(run.phases[1].batching, milliseconds(0));
  EXPECT_EQ(run.phases[1].prefill, milliseconds(4));
  EXPECT_EQ(run.phases[2].queueing, milliseconds(3));
  EXPECT_EQ(run.phases[2].batching, milliseconds(7));
  EXPECT_EQ(run.phases[3].batching, milliseconds(9));
  EXPECT_EQ(run.phases[4].decode + run.phases[4].interference + run.phases[4].throttling, milliseconds(0));
}

TEST(Phases, TellPrefillFromDecode) {
  auto table = linear_table(milliseconds(10), milliseconds(1), 1);
  table.first_token = {milliseconds(3)};
  table.tokens_per_sample = 5;
  const auto run = run_of(closed_loop_schedule(ScenarioKind::single_stream, 3), make_system(table));
  EXPECT_EQ(run.phases[2].prefill, milliseconds(3));
  EXPECT_EQ(run.phases[2].decode, milliseconds(8));
}

HeatModel hot_model() {
  HeatModel model;
  model.ambient_celsius.value = 25;
  model.idle.value = Watts(1);
  model.active.value = Watts(10);
  model.nodes.resize(2);
  model.nodes[0].joules_per_kelvin.value = 0.02;
  model.nodes[0].kelvin_per_watt.value = 1;
  model.nodes[1].joules_per_kelvin.value = 0.5;
  model.nodes[1].kelvin_per_watt.value = 4;
  model.steps = {{1, 1}, {0.8, 0.68}, {0.6, 0.42}, {0.4, 0.23}, {0.2, 0.09}};
  model.governor.trip_celsius.value = 45;
  model.governor.release_celsius.value = 40;
  model.governor.period.value = Seconds(0.01);
  return model;
}

/// A system drawn at random: batching, generation, interference and heat.
SimulatedSystem random_system(RandomStream& random) {
  const auto max_batch = static_cast<std::uint32_t>(1 + random.below(8));
  auto table =
      linear_table(microseconds(200 + random.below(3000)), microseconds(random.below(500)), max_batch);
  for (std::uint32_t b = 0; b < max_batch; ++b) {
    table.compute_share.push_back(random.uniform());
    table.decode_compute_share.push_back(random.uniform());
  }
  if (random.below(2) == 0) {
    for (const Nanoseconds total : table.total) table.first_token.push_back(total / 3);
    table.tokens_per_sample = 4;
  }
  const auto timeout = microseconds(random.below(4000));
  SimulatedSystem system = make_system(std::move(table), policy(max_batch, timeout),
                                       static_cast<std::uint32_t>(1 + random.below(4)));
  system.seed = random.bits();
  Interference& i = system.interference;
  if (random.below(2) == 0) i.noise_sigma = 0.4 * random.uniform();
  if (random.below(2) == 0) i.pause_rate = Hertz(50 * random.uniform());
  i.pause_lengths = {milliseconds(1), microseconds(random.below(5000))};
  if (random.below(2) == 0) i.background_load = 0.5 * random.uniform();
  i.background_burst = milliseconds(1 + random.below(5));
  if (random.below(2) == 0) i.context_switch_rate = Hertz(1000 * random.uniform());
  i.context_switch_cost = microseconds(random.below(40));
  if (random.below(2) == 0) system.heat = hot_model();
  system.windows = static_cast<std::uint32_t>(1 + random.below(30));
  return system;
}

Schedule random_schedule(RandomStream& random) {
  const auto samples = static_cast<std::uint32_t>(1 + random.below(12));
  switch (random.below(3)) {
    case 0:
      return closed_loop_schedule(ScenarioKind::single_stream, 300);
    case 1:
      return closed_loop_schedule(ScenarioKind::multi_stream, 100, samples);
    default:
      return server_schedule(600, Hertz(50 + 3000 * random.uniform()), random.bits());
  }
}

void expect_laws(const Run& run, const SimulatedSystem& system) {
  // Phases add up to the latency, to the nanosecond, and none but interference is ever negative.
  ASSERT_EQ(run.phases.size(), run.queries.size());
  double mean = 0;
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const Phases& p = run.phases[i];
    ASSERT_EQ(p.total(), run.queries[i].latency());
    ASSERT_GE(std::min({p.queueing, p.batching, p.prefill, p.decode, p.throttling}), Nanoseconds(0));
    ASSERT_TRUE(system.heat || p.throttling == Nanoseconds(0));
    mean += to_seconds(run.queries[i].latency()).value() / double(run.queries.size());
  }
  const auto splits = split_latency(run);
  ASSERT_TRUE(splits);
  EXPECT_NEAR(splits->all.total().value(), mean, 1e-9 * mean);
  EXPECT_GE(splits->slowest.total().value(), mean * (1 - 1e-9));
  // Little: L = lambda W, an identity from empty to empty.
  const auto little = load::check_little(run);
  ASSERT_TRUE(little);
  EXPECT_NEAR(little->mean_in_system, little->rate_times_latency, 1e-9 * little->mean_in_system);
  // Windows count every query once; none is busier than all of its time.
  std::uint64_t arrived = 0, completed = 0;
  for (const Window& w : run.windows) {
    arrived += w.arrived;
    completed += w.completed;
    EXPECT_LE(w.busy, 1 + 1e-9);
    EXPECT_EQ(w.energy.has_value(), system.heat.has_value());
  }
  EXPECT_EQ(arrived, run.queries.size());
  EXPECT_EQ(completed, run.queries.size());
}

/// Length of a window, as the header says: equal stretches of the run, the last one cut off by its end.
double window_seconds(const Run& run) {
  Nanoseconds end{1};
  for (const QueryRecord& q : run.queries) end = std::max(end, q.completed);
  const auto n = static_cast<std::int64_t>(run.windows.size());
  return to_seconds(Nanoseconds((end.count() + n - 1) / n)).value();
}

// Work conservation: with single samples, batches of one and no timeout, the workers' busy time is the
// services of the queries, and the queue's time integral is their waits.
void expect_work_conserved(const Run& run, const SimulatedSystem& system) {
  double busy = 0, waiting = 0, served = 0, waited = 0;
  for (const Window& w : run.windows) {
    busy += w.busy * window_seconds(run) * system.replicas;
    waiting += w.waiting * window_seconds(run);
  }
  for (const Phases& p : run.phases) {
    waited += to_seconds(p.queueing + p.batching).value();
    served += to_seconds(p.total() - p.queueing - p.batching).value();
    ASSERT_EQ(p.batching, Nanoseconds(0));  // no worker idles while a query waits
  }
  EXPECT_NEAR(busy, served, 1e-9 * served + 1e-9);
  EXPECT_NEAR(waiting, waited, 1e-9 * waited + 1e-9);
}

TEST(Laws, HoldOnRandomSystems) {
  RandomStream random(7, "laws");
  for (int round = 0; round < 200; ++round) {
    const SimulatedSystem system = random_system(random);
    expect_laws(run_of(random_schedule(random), system), system);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

TEST(Laws, WorkIsConserved) {
  RandomStream random(8, "work");
  for (int round = 0; round < 60; ++round) {
    SimulatedSystem system = random_system(random);
    system.batching = policy(1);
    expect_work_conserved(
        run_of(server_schedule(600, Hertz(50 + 3000 * random.uniform()), random.bits()), system), system);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

bool same(const Run& a, const Run& b) {
  if (a.queries.size() != b.queries.size() || a.windows.size() != b.windows.size()) return false;
  for (std::size_t i = 0; i < a.queries.size(); ++i) {
    if (a.queries[i].completed != b.queries[i].completed) return false;
    if (a.phases[i].throttling != b.phases[i].throttling) return false;
  }
  for (std::size_t w = 0; w < a.windows.size(); ++w) {
    if (a.windows[w].celsius != b.windows[w].celsius || a.windows[w].busy != b.windows[w].busy) return false;
  }
  return true;
}

TEST(Threads, DoNotMatterWithHeatAndInterference) {
  RandomStream random(9, "threads");
  for (int round = 0; round < 5; ++round) {
    const SimulatedSystem system = random_system(random);
    const Schedule schedule = random_schedule(random);
    const auto once = run_of(schedule, system);
    for (const std::size_t count : {1u, 2u, 8u}) {
      std::vector<ridgeline::Run> runs(count);
      std::vector<std::thread> threads;
      for (auto& run : runs)
        threads.emplace_back([&run, &schedule, &system] { run = *simulate(schedule, system); });
      for (std::thread& thread : threads) thread.join();
      for (const auto& run : runs) EXPECT_TRUE(same(run, once));
    }
  }
}

// A service without end warms as one stretch: 10 W through 5 K/W, and 10 J each second.
TEST(Windows, HoldTemperatureAndEnergy) {
  SimulatedSystem system = make_system(linear_table(milliseconds(10), Nanoseconds(0), 1));
  system.heat = hot_model();
  system.heat->governor.trip_celsius.value = 200;
  system.windows = 10;
  const auto run = run_of(closed_loop_schedule(ScenarioKind::single_stream, 2000), system);  // 20 s
  for (const Window& w : run.windows) {
    EXPECT_NEAR(w.energy->value(), 20, 1e-9);
    EXPECT_EQ(*w.clock, 1);
    EXPECT_NEAR(w.busy, 1, 1e-12);
    EXPECT_EQ(w.waiting, 0);
    EXPECT_NEAR(w.p99->value(), 0.010, 1e-15);
  }
  EXPECT_NEAR(*run.windows.back().celsius, 25 + 10 * 5, 0.01);  // 20 s, slowest time constant about 2 s
}

}  // namespace
}  // namespace ridgeline::serve
