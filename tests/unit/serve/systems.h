#pragma once
// Systems and schedules for the tests, each written out so that a reader sees the numbers.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "ridgeline/simulation.h"

namespace ridgeline::serve {

/// t(b) = fixed + each b, for b = 1..max_batch.
inline ServiceTable linear_table(Nanoseconds fixed, Nanoseconds each, std::uint32_t max_batch) {
  ServiceTable table;
  for (std::uint32_t b = 1; b <= max_batch; ++b) table.total.push_back(fixed + each * b);
  return table;
}

inline SimulatedSystem make_system(ServiceTable table, BatchingPolicy policy = {},
                                   std::uint32_t replicas = 1) {
  SimulatedSystem system;
  system.name = "test";
  system.service = std::move(table);
  system.batching = policy;
  system.replicas = replicas;
  return system;
}

inline BatchingPolicy policy(std::uint32_t max_batch, Nanoseconds timeout = Nanoseconds(0)) {
  BatchingPolicy p;
  p.max_batch = max_batch;
  p.batch_timeout = timeout;
  return p;
}

inline Scenario closed_loop(ScenarioKind kind, std::uint64_t queries, std::uint32_t samples = 1) {
  Scenario scenario = Scenario::mlperf(kind);
  scenario.min_duration = Nanoseconds(0);
  scenario.min_queries = queries;
  scenario.samples_per_query = samples;
  return scenario;
}

inline Schedule closed_loop_schedule(ScenarioKind kind, std::uint64_t queries, std::uint32_t samples = 1) {
  Schedule schedule;
  schedule.scenario = closed_loop(kind, queries, samples);
  schedule.samples = samples;
  return schedule;
}

/// Poisson arrivals by our own stream, apart from the load layer's generator.
inline Schedule server_schedule(std::size_t queries, Hertz rate, std::uint64_t seed) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::server);
  schedule.scenario.target_qps = rate.value();
  schedule.scenario.min_duration = Nanoseconds(0);
  RandomStream gaps(seed, "test arrivals");
  Nanoseconds at{0};
  for (std::size_t i = 0; i < queries; ++i, at += gaps.exponential_gap(rate)) schedule.arrivals.push_back(at);
  return schedule;
}

inline Run run_of(const Schedule& schedule, const SimulatedSystem& system) {
  const auto run = simulate(schedule, system);
  EXPECT_TRUE(run) << run.error().message;
  return run ? *run : Run{};
}

inline std::vector<Nanoseconds> latencies(const Run& run) {
  std::vector<Nanoseconds> all;
  for (const QueryRecord& q : run.queries) all.push_back(q.latency());
  return all;
}

inline double mean_seconds(const std::vector<Nanoseconds>& times) {
  double sum = 0;
  for (const Nanoseconds t : times) sum += to_seconds(t).value();
  return sum / static_cast<double>(times.size());
}

}  // namespace ridgeline::serve
