#pragma once
// M/M/c on the calendar: what the benchmarks compare with other programs for the same queue.

#include <cstdint>
#include <ctime>
#include <utility>
#include <vector>

#include "base/random.h"
#include "sim/calendar.h"
#include "sim/fifo.h"

namespace ridgeline::bench {

/// Draws are made beforehand: the loops are timed, not the logarithm.
struct Draws {
  std::vector<std::int64_t> gap, service;
};

inline Draws draw(unsigned servers, std::uint32_t customers) {
  RandomStream gaps(1, "gaps"), services(1, "services");
  Draws draws;
  for (std::uint32_t i = 0; i < customers; ++i) {
    draws.gap.push_back(gaps.exponential_gap(Hertz(0.8 * servers * 1000)).count());
    draws.service.push_back(services.exponential_gap(Hertz(1000)).count());
  }
  return draws;
}

enum class Kind : std::uint32_t { arrival, departure };

/// Sum of the waits: both loops must agree on it.
inline std::int64_t with_calendar(const Draws& draws, unsigned servers) {
  const auto customers = static_cast<std::uint32_t>(draws.gap.size());
  struct Payload {
    Kind kind;
    std::uint32_t customer;
  };
  sim::Calendar<Payload> calendar;
  sim::Fifo<std::pair<std::int64_t, std::uint32_t>> waiting;
  std::int64_t waited = 0;
  unsigned free = servers;
  calendar.schedule(Nanoseconds(draws.gap[0]), {Kind::arrival, 0});
  calendar.run([&](const Payload& p) {
    const std::int64_t now = calendar.now().count();
    if (p.kind == Kind::arrival) {
      waiting.push({now, p.customer});
      const std::uint32_t next = p.customer + 1;
      if (next < customers) calendar.schedule_after(Nanoseconds(draws.gap[next]), {Kind::arrival, next});
    } else {
      ++free;
    }
    if (free == 0 || waiting.empty()) return;
    const auto [arrived, customer] = waiting.front();
    waiting.pop();
    --free;
    waited += now - arrived;
    calendar.schedule_after(Nanoseconds(draws.service[customer]), {Kind::departure, customer});
  });
  return waited;
}

/// Of processor time, so that the machine's other work counts for little.
template <class Loop, class Sum>
double seconds_of(Loop&& loop, Sum& result) {
  const std::clock_t start = std::clock();
  result = loop();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace ridgeline::bench
