#include "serve/simulate_windows.h"

#include <algorithm>
#include <cmath>

#include "stats/quantile.h"

namespace ridgeline::serve {
namespace {

std::vector<Phases> phases_of(const Run& run, const std::vector<Phases>& since_issue) {
  std::vector<Phases> phases;
  if (run.interrupted) return phases;
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    phases.push_back(since_issue[i]);
    phases.back().queueing += run.queries[i].issued - run.queries[i].scheduled;
  }
  return phases;
}

/// Equal stretches of [0, end], the first ones a nanosecond longer where it does not divide.
class Grid {
 public:
  Grid(Nanoseconds width, std::size_t count) : width_(width.count()), count_(count) {}

  Nanoseconds start(std::size_t window) const {
    return Nanoseconds(width_ * static_cast<std::int64_t>(window));
  }
  Seconds width() const { return to_seconds(Nanoseconds(width_)); }
  std::size_t window_at(Nanoseconds time) const {
    return std::min<std::size_t>(static_cast<std::size_t>(time.count() / width_), count_ - 1);
  }
  std::size_t size() const { return count_; }
  /// Calls add(window, seconds) with the part of [from, to) in each window.
  template <class Add>
  void spread(Nanoseconds from, Nanoseconds to, Add&& add) const {
    for (std::size_t w = window_at(from); from < to; ++w) {
      const Nanoseconds until = w + 1 < count_ ? std::min(to, start(w + 1)) : to;
      add(w, to_seconds(until - from).value());
      from = until;
    }
  }

 private:
  std::int64_t width_;
  std::size_t count_;
};

void count_queries(const Run& run, const Grid& grid, std::vector<Window>& windows) {
  std::vector<std::vector<Nanoseconds>> latencies(grid.size());
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const QueryRecord& q = run.queries[i];
    ++windows[grid.window_at(q.scheduled)].arrived;
    // At a window's very end is still inside it.
    const std::size_t w = grid.window_at(std::max(q.completed - Nanoseconds(1), Nanoseconds(0)));
    ++windows[w].completed;
    latencies[w].push_back(q.latency());
    const Nanoseconds waited = run.phases[i].queueing + run.phases[i].batching;
    grid.spread(q.scheduled, q.scheduled + waited, [&](std::size_t at, double seconds) {
      windows[at].waiting += seconds / grid.width().value();
    });
  }
  for (std::size_t w = 0; w < grid.size(); ++w) {
    if (const auto p99 = stats::select_quantile(latencies[w].begin(), latencies[w].end(), 0.99))
      windows[w].p99 = to_seconds(*p99);
  }
}

struct HeatSum {
  double seconds = 0, clock_seconds = 0, joules = 0, celsius = 0;
};

void add_device(const Heated& heated, const Grid& grid, std::vector<HeatSum>& sums) {
  const HeatDevice& device = *heated.device;
  Nanoseconds from{0};
  double before = device.slots().front().celsius;
  std::vector<double> ends(grid.size(), before);
  for (const HeatDevice::Slot& slot : device.slots()) {
    const Nanoseconds to = std::min(from + device.slot_length(), device.now());
    double lived = 0;
    grid.spread(from, to, [&](std::size_t w, double seconds) {
      const double part = seconds / slot.seconds;
      sums[w].seconds += heated.count * seconds;
      sums[w].clock_seconds += heated.count * slot.clock_seconds * part;
      sums[w].joules += heated.count * slot.joules * part;
      lived += part;
      ends[w] = before + lived * (slot.celsius - before);
    });
    before = slot.celsius;
    from = to;
  }
  for (std::size_t w = 0; w < grid.size(); ++w) sums[w].celsius = std::max(sums[w].celsius, ends[w]);
}

}  // namespace

void add_heat(std::span<const Heated> devices, Nanoseconds width, std::vector<Window>& windows) {
  if (devices.empty() || windows.empty()) return;
  const Grid grid(width, windows.size());
  HeatSum coldest;
  coldest.celsius = -273.15;
  std::vector<HeatSum> sums(grid.size(), coldest);
  for (const Heated& device : devices) add_device(device, grid, sums);
  for (std::size_t w = 0; w < grid.size(); ++w) {
    if (sums[w].seconds == 0) continue;
    windows[w].clock = sums[w].clock_seconds / sums[w].seconds;
    windows[w].celsius = sums[w].celsius;
    windows[w].energy = Joules(sums[w].joules);
  }
}

void describe_course(Run& run, BatchingSystem& system, const SimulatedSystem& description) {
  run.phases = phases_of(run, system.phases());
  if (description.windows == 0 || run.phases.empty()) return;
  Nanoseconds end{1};
  for (const QueryRecord& q : run.queries) end = std::max(end, q.completed);
  const auto count = static_cast<std::int64_t>(description.windows);
  const Nanoseconds width((end.count() + count - 1) / count);
  const Grid grid(width, description.windows);
  run.windows.assign(grid.size(), Window{});
  for (std::size_t w = 0; w < grid.size(); ++w) run.windows[w].start = grid.start(w);
  count_queries(run, grid, run.windows);
  const double worker_seconds = grid.width().value() * description.replicas;
  for (const BatchingSystem::Busy& busy : system.busy()) {
    grid.spread(busy.from, busy.to,
                [&](std::size_t w, double seconds) { run.windows[w].busy += seconds / worker_seconds; });
  }
  std::vector<Heated> heated;
  for (const HeatDevice& device : system.cool_down()) heated.push_back({&device});
  add_heat(heated, width, run.windows);
}

}  // namespace ridgeline::serve
