// The calendar against the loop one would write by hand for the same queue with std::priority_queue. Both run
// in each iteration, in turn; `ratio` is kernel over hand, from the fastest pass of each, and is the number
// to watch.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <queue>
#include <vector>

#include "queue.h"
#include "ridgeline/simulation.h"

namespace {

using namespace ridgeline::bench;
using ridgeline::Nanoseconds;

constexpr std::uint32_t customers = 200'000;

std::int64_t by_hand(const Draws& draws, unsigned servers) {
  struct Event {
    std::int64_t time;
    std::uint64_t sequence;
    Kind kind;
    std::uint32_t customer;
    bool operator<(const Event& other) const {  // std::priority_queue keeps the largest in front
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };
  std::priority_queue<Event> events;
  std::deque<std::pair<std::int64_t, std::uint32_t>> waiting;
  std::uint64_t sequence = 0;
  std::int64_t waited = 0;
  unsigned free = servers;
  events.push({draws.gap[0], sequence++, Kind::arrival, 0});
  while (!events.empty()) {
    const Event event = events.top();
    events.pop();
    if (event.kind == Kind::arrival) {
      waiting.emplace_back(event.time, event.customer);
      const std::uint32_t next = event.customer + 1;
      if (next < customers) events.push({event.time + draws.gap[next], sequence++, Kind::arrival, next});
    } else {
      ++free;
    }
    if (free == 0 || waiting.empty()) continue;
    const auto [arrived, customer] = waiting.front();
    waiting.pop_front();
    --free;
    waited += event.time - arrived;
    events.push({event.time + draws.service[customer], sequence++, Kind::departure, customer});
  }
  return waited;
}

void queue_of_servers(benchmark::State& state) {
  const auto servers = static_cast<unsigned>(state.range(0));
  const Draws draws = draw(servers, customers);
  double kernel = std::numeric_limits<double>::infinity(), hand = kernel;
  for (auto _ : state) {
    std::int64_t a = 0, b = 0;
    kernel = std::min(kernel, seconds_of([&] { return with_calendar(draws, servers); }, a));
    hand = std::min(hand, seconds_of([&] { return by_hand(draws, servers); }, b));
    if (a != b) state.SkipWithError("the two loops disagree on the waits");
  }
  constexpr double events = 2.0 * customers;
  state.counters["kernel_ns_per_event"] = kernel / events * 1e9;
  state.counters["hand_ns_per_event"] = hand / events * 1e9;
  state.counters["ratio"] = kernel / hand;
}
BENCHMARK(queue_of_servers)->ArgName("servers")->Arg(1)->Arg(4)->Arg(64)->Unit(benchmark::kMillisecond);

/// simulate(): the same kind of queue with everything a Run records, a quiet system with constant service.
void simulated_server(benchmark::State& state) {
  const auto servers = static_cast<unsigned>(state.range(0));
  Draws draws = draw(servers, customers);
  std::fill(draws.service.begin(), draws.service.end(), 1'000'000);
  ridgeline::Schedule schedule;
  schedule.scenario = ridgeline::Scenario::mlperf(ridgeline::ScenarioKind::server);
  schedule.scenario.target_qps = 0.8 * servers * 1000;
  Nanoseconds at{0};
  for (const std::int64_t gap : draws.gap) schedule.arrivals.push_back(at += Nanoseconds(gap));
  ridgeline::SimulatedSystem system;
  system.service.total = {Nanoseconds(1'000'000)};
  system.replicas = servers;
  double ours = std::numeric_limits<double>::infinity(), hand = ours;
  for (auto _ : state) {
    std::int64_t a = 0, b = 0;
    const auto simulated = [&] {
      std::int64_t waited = 0;
      const auto run = ridgeline::simulate(schedule, system);
      for (const auto& q : run->queries) waited += q.latency().count() - 1'000'000;
      return waited;
    };
    ours = std::min(ours, seconds_of(simulated, a));
    hand = std::min(hand, seconds_of([&] { return by_hand(draws, servers); }, b));
    if (a != b) state.SkipWithError("simulate() and the loop disagree on the waits");
  }
  state.counters["ours_ns_per_query"] = ours / customers * 1e9;
  state.counters["hand_ns_per_query"] = hand / customers * 1e9;
  state.counters["ratio"] = ours / hand;
}
BENCHMARK(simulated_server)->ArgName("servers")->Arg(1)->Arg(4)->Unit(benchmark::kMillisecond);

}  // namespace
