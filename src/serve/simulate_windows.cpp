#include "serve/simulate_windows.h"

#include <algorithm>

#include "load/windows.h"
#include "ridgeline/digest.h"

namespace ridgeline::serve {
namespace {

struct HeatSum {
  double seconds = 0, clock_seconds = 0, joules = 0, celsius = 0;
};

void add_device(const Heated& heated, const load::Grid& grid, std::vector<HeatSum>& sums) {
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

/// Seconds that the workers computed in each window.
std::vector<double> busy_seconds(const Run& run, const std::vector<load::Busy>& busy,
                                 const load::Grid& grid) {
  std::vector<double> sums(grid.size());
  for (const load::Busy& each : busy)
    grid.spread(each.from, each.to, [&](std::size_t w, double seconds) { sums[w] += seconds; });
  for (std::size_t w = 0; run.digest && w < grid.size(); ++w) sums[w] = run.digest->stretches[w].busy;
  return sums;
}

Nanoseconds end_of(const Run& run) {
  Nanoseconds end{1};
  for (const QueryRecord& q : run.queries) end = std::max(end, q.completed);
  return end;
}

}  // namespace

void add_heat(std::span<const Heated> devices, const load::Grid& grid, std::vector<Window>& windows) {
  if (devices.empty() || windows.empty()) return;
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

void add_windows(Run& run, const std::vector<load::Busy>& busy, const std::vector<HeatDevice>& devices,
                 const SimulatedSystem& system) {
  if (system.windows == 0 || (run.queries.empty() && !run.digest)) return;
  const load::Grid grid =
      run.digest ? load::grid_of(*run.digest) : load::Grid::over(end_of(run), system.windows);
  run.windows = load::make_windows(run, grid);
  const auto seconds = busy_seconds(run, busy, grid);
  for (std::size_t w = 0; w < grid.size(); ++w)
    run.windows[w].busy = seconds[w] / (grid.width().value() * system.replicas);
  std::vector<Heated> heated;
  for (const HeatDevice& device : devices) heated.push_back({&device});
  add_heat(heated, grid, run.windows);
}

}  // namespace ridgeline::serve
