#include "live/probe/clock.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "stats/quantile.h"

namespace ridgeline::live {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_gaps = 100'000;

Nanoseconds percentile(const std::vector<Nanoseconds>& sorted, double p) {
  return sorted[stats::nearest_rank(sorted.size(), p)];
}

}  // namespace

ClockFacts measure_clock() {
  constexpr int rounds = 101, readings = 1000;
  std::vector<Nanoseconds> costs;
  auto smallest = Nanoseconds::max();
  for (int round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    auto last = start;
    for (int i = 0; i < readings; ++i) {
      const auto now = Clock::now();
      if (now > last) smallest = std::min<Nanoseconds>(smallest, now - last);
      last = now;
    }
    costs.push_back(last - start);
  }
  std::sort(costs.begin(), costs.end());
  return {to_seconds(smallest), to_seconds(percentile(costs, 0.5)) / readings};
}

SleepLateness measure_sleep(unsigned sleeps) {
  constexpr auto asked = std::chrono::milliseconds(1);
  std::vector<Nanoseconds> late;
  for (unsigned i = 0; i < sleeps; ++i) {
    const auto start = Clock::now();
    std::this_thread::sleep_for(asked);
    late.push_back(Clock::now() - start - asked);
  }
  std::sort(late.begin(), late.end());
  return {to_seconds(percentile(late, 0.5)), to_seconds(percentile(late, 0.99))};
}

Seconds gap_threshold(Seconds timer_cost) { return std::max(10 * timer_cost, microseconds(1)); }

Interruptions watch_interruptions(Seconds duration, Seconds threshold) {
  Interruptions seen;
  seen.threshold = threshold;
  seen.gaps.reserve(most_gaps);
  const Nanoseconds limit = to_nanoseconds(threshold);
  const auto start = Clock::now();
  const auto end = start + to_nanoseconds(duration);
  auto last = start;
  while (last < end) {
    const auto now = Clock::now();
    if (now - last > limit) {
      ++seen.count;
      if (seen.gaps.size() < most_gaps) seen.gaps.push_back(now - last);
    }
    last = now;
  }
  seen.watched = to_seconds(last - start);
  if (seen.gaps.empty()) return seen;
  auto sorted = seen.gaps;
  std::sort(sorted.begin(), sorted.end());
  seen.p50 = to_seconds(percentile(sorted, 0.5));
  if (stats::supports_quantile(sorted.size(), 0.99)) seen.p99 = to_seconds(percentile(sorted, 0.99));
  seen.max = to_seconds(sorted.back());
  return seen;
}

}  // namespace ridgeline::live
