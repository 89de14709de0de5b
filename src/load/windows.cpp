#include "load/windows.h"

#include <cassert>

#include "ridgeline/digest.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

void set_p99(Window& window, const std::optional<Nanoseconds>& p99) {
  if (p99) window.p99 = to_seconds(*p99);
}

void count(const RunDigest& digest, std::vector<Window>& windows) {
  assert(windows.size() == digest.stretches.size());
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const RunStretch& stretch = digest.stretches[w];
    windows[w].arrived = stretch.arrived;
    windows[w].completed = stretch.completed;
    windows[w].waiting = stretch.waiting / to_seconds(digest.width).value();
    if (stats::supports_quantile(stretch.latency.count(), 0.99))
      set_p99(windows[w], stretch.latency.quantile(0.99));
  }
}

void count(const Run& run, const Grid& grid, std::vector<Window>& windows) {
  std::vector<std::vector<Nanoseconds>> latencies(grid.size());
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const QueryRecord& q = run.queries[i];
    ++windows[grid.window_at(q.scheduled)].arrived;
    const std::size_t w = grid.window_of_end(q.completed);
    ++windows[w].completed;
    latencies[w].push_back(q.latency());
    if (run.phases.empty()) continue;
    const Nanoseconds waited = run.phases[i].queueing + run.phases[i].batching;
    grid.spread(q.scheduled, q.scheduled + waited, [&](std::size_t at, double seconds) {
      windows[at].waiting += seconds / grid.width().value();
    });
  }
  for (std::size_t w = 0; w < grid.size(); ++w)
    set_p99(windows[w], stats::select_quantile(latencies[w].begin(), latencies[w].end(), 0.99));
}

}  // namespace

std::vector<Window> make_windows(const Run& run, const Grid& grid) {
  std::vector<Window> windows(grid.size());
  for (std::size_t w = 0; w < grid.size(); ++w) windows[w].start = grid.start(w);
  if (run.digest)
    count(*run.digest, windows);
  else
    count(run, grid, windows);
  return windows;
}

Grid grid_of(const RunDigest& digest) { return Grid(digest.width, digest.stretches.size()); }

}  // namespace ridgeline::load
