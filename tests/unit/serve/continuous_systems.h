#pragma once
// Continuous-batching systems for the tests, with costs that a reader can add up.

#include "ridgeline/continuous.h"
#include "systems.h"

namespace ridgeline::serve {

/// A pass of B sequences takes 10 ms + 100 us B, + 1 ns a cached token; a prompt of n tokens 5 ms + 10 us n,
/// all of which holds decoding up.
inline LinearCosts plain_costs() {
  LinearCosts costs;
  costs.step = std::chrono::milliseconds(10);
  costs.sequence = std::chrono::microseconds(100);
  costs.cached_token = Seconds(1e-9);
  costs.prompt = std::chrono::milliseconds(5);
  costs.prompt_token = std::chrono::microseconds(10);
  return costs;
}

inline ContinuousSystem continuous(const LinearCosts& costs = plain_costs(),
                                   std::uint32_t max_sequences = 64) {
  ContinuousSystem system;
  system.name = "test";
  auto times = StepTimes::linear(costs, {max_sequences, 8192, {}});
  EXPECT_TRUE(times) << times.error().message;
  system.times = *std::move(times);
  system.limits.max_sequences = max_sequences;
  system.limits.kv_blocks = 100'000;
  return system;
}

inline Schedule arrivals_at(std::vector<Nanoseconds> at, std::vector<TokenLengths> lengths) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::server);
  schedule.scenario.target_qps = 1;
  schedule.scenario.min_duration = Nanoseconds(0);
  schedule.arrivals = std::move(at);
  schedule.lengths = std::move(lengths);
  return schedule;
}

struct Played {
  Run run;
  RequestCounts counts;
};
inline Played play(const Schedule& schedule, const ContinuousSystem& system,
                   Stepping stepping = Stepping::jumps) {
  Played played;
  auto run = simulate_continuous(schedule, system, &played.counts, stepping);
  EXPECT_TRUE(run) << run.error().message;
  if (run) played.run = *std::move(run);
  return played;
}

}  // namespace ridgeline::serve
