// Continuous batching: requests a second at 300 output tokens, by number of requests (the cost should be
// linear), and where other work disturbs them; next to the least loop that does the same work for requests of
// one length: a queue of finish steps and one sum a jump.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "base/random.h"
#include "ridgeline/continuous.h"

namespace {

using namespace ridgeline;

constexpr TokenLengths lengths{512, 300};

ContinuousSystem make_system() {
  LinearCosts costs;
  costs.step = std::chrono::milliseconds(10);
  costs.sequence = std::chrono::microseconds(20);
  costs.cached_token = Seconds(5e-9);
  costs.prompt_token = std::chrono::microseconds(10);
  ContinuousSystem system;
  system.times = *StepTimes::linear(costs, {256, 2048, {}});
  system.limits.kv_blocks = 100'000;
  system.lengths = lengths;
  return system;
}

Schedule make_arrivals(std::size_t requests) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::server);
  schedule.scenario.target_qps = 20;
  RandomStream gaps(1, "gaps");
  Nanoseconds at{0};
  for (std::size_t i = 0; i < requests; ++i, at += gaps.exponential_gap(Hertz(20)))
    schedule.arrivals.push_back(at);
  return schedule;
}

void simulated(benchmark::State& state) {
  const ContinuousSystem system = make_system();
  const Schedule schedule = make_arrivals(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(simulate_continuous(schedule, system));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(simulated)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// Passes one by one, each with noise and strikes of its own, and copies of requests that wait long.
void disturbed(benchmark::State& state) {
  ContinuousSystem system = make_system();
  system.replicas = 2;
  system.interference.noise_sigma = 0.1;
  system.interference.pause_rate = Hertz(0.1);
  system.interference.pause_lengths = {std::chrono::milliseconds(300)};
  system.hedge_after = std::chrono::milliseconds(200);
  const Schedule schedule = make_arrivals(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(simulate_continuous(schedule, system));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(disturbed)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// Same costs in doubles, equal lengths, no limits: decode to the next finish or to the pass after an
/// arrival.
void by_hand(benchmark::State& state) {
  const Schedule schedule = make_arrivals(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    std::deque<std::uint64_t> finishing;
    double now = 0, latency = 0, context = 0;
    std::uint64_t step = 0;
    std::size_t next = 0, done = 0;
    const auto arrival = [&] {
      return next < schedule.arrivals.size() ? static_cast<double>(schedule.arrivals[next].count()) : 1e300;
    };
    while (done < schedule.arrivals.size()) {
      if (finishing.empty()) now = std::max(now, arrival());
      double prompts = 0;
      std::size_t joined = 0;
      for (; arrival() <= now; ++next, ++joined) prompts += 512 * 1e4;
      const double b = static_cast<double>(finishing.size());
      double steps = b > 0 ? 1 : 0;
      const double one = 1e7 + 2e4 * b + 5 * context;
      if (joined == 0) {
        const double wanted = std::max(1.0, std::ceil((arrival() - now) / one));
        steps = std::min(wanted, static_cast<double>(finishing.front() - step));
      }
      now += prompts + steps * one + 5 * b * steps * (steps - 1) / 2;
      context += b * steps + 512.0 * static_cast<double>(joined);
      step += static_cast<std::uint64_t>(steps);
      for (; !finishing.empty() && finishing.front() <= step; finishing.pop_front(), ++done) {
        latency += now - static_cast<double>(schedule.arrivals[done].count());
        context -= 512 + 299;
      }
      for (std::size_t i = 0; i < joined; ++i) finishing.push_back(step + 299);
    }
    benchmark::DoNotOptimize(latency);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(by_hand)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
