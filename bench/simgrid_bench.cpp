// M/M/c in SimGrid beside the same queue on our calendar, in turn in every iteration; built where SimGrid is
// installed. SimGrid in its lightest form that still has processes: one actor brings the customers and one a
// server takes them, over a semaphore; no actor, message or activity is made for a customer but its sleeps.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <simgrid/s4u.hpp>

#include "queue.h"

namespace {

namespace sg = simgrid::s4u;
using namespace ridgeline::bench;

constexpr std::uint32_t customers = 20'000;

/// One a process.
struct World {
  World() : engine(&count, arguments) {
    sg::NetZone* const zone = sg::create_full_zone("zone");
    host = zone->create_host("host", 1e9);
    zone->seal();
  }
  int count = 1;
  char name[8] = "simgrid";
  char* arguments[2] = {name, nullptr};
  sg::Engine engine;
  sg::Host* host;
};

/// A millisecond of ours is a second there: it takes events within 10 us of each other for simultaneous.
double seconds(std::int64_t nanoseconds) { return 1e-6 * static_cast<double>(nanoseconds); }

/// Sum of the waits in seconds.
double with_simgrid(World& world, const Draws& draws, unsigned servers) {
  std::deque<std::pair<double, std::uint32_t>> waiting;
  double waited = 0;
  std::uint32_t taken = 0;
  const auto arrived = sg::Semaphore::create(0);
  sg::Actor::create("arrivals", world.host, [&] {
    for (std::uint32_t i = 0; i < customers; ++i) {
      sg::this_actor::sleep_for(seconds(draws.gap[i]));
      waiting.emplace_back(sg::Engine::get_clock(), i);
      arrived->release();
    }
    for (unsigned s = 0; s < servers; ++s) arrived->release();  // the end
  });
  for (unsigned s = 0; s < servers; ++s) {
    sg::Actor::create("server", world.host, [&] {
      while (true) {
        arrived->acquire();
        if (taken == customers) return;
        const auto [since, customer] = waiting.front();
        waiting.pop_front();
        ++taken;
        waited += sg::Engine::get_clock() - since;
        sg::this_actor::sleep_for(seconds(draws.service[customer]));
      }
    });
  }
  world.engine.run();
  return waited;
}

void queue_in_simgrid(benchmark::State& state) {
  static World world;
  const auto servers = static_cast<unsigned>(state.range(0));
  const Draws draws = draw(servers, customers);
  double kernel = std::numeric_limits<double>::infinity(), other = kernel;
  for (auto _ : state) {
    std::int64_t ours = 0;
    double theirs = 0;
    kernel = std::min(kernel, seconds_of([&] { return with_calendar(draws, servers); }, ours));
    other = std::min(other, seconds_of([&] { return with_simgrid(world, draws, servers); }, theirs));
    if (std::abs(theirs / seconds(ours) - 1) > 1e-3) state.SkipWithError("the two disagree on the waits");
  }
  state.counters["kernel_ns_per_customer"] = kernel / customers * 1e9;
  state.counters["simgrid_ns_per_customer"] = other / customers * 1e9;
  state.counters["ratio"] = other / kernel;
}
BENCHMARK(queue_in_simgrid)->ArgName("servers")->Arg(1)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond);

}  // namespace
