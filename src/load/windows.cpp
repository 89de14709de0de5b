#include "load/windows.h"

#include <cassert>

#include "ridgeline/digest.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

void set_p99(Window& window, const std::optional<Nanoseconds>& p99) {
  if (p99) window.p99 = to_seconds(*p99);
}

void count(const RunDigest& digest, bool offline, std::vector<Window>& windows) {
  assert(windows.size() == digest.stretches.size());
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const RunStretch& stretch = digest.stretches[w];
    windows[w].arrived = stretch.arrived;
    windows[w].completed = offline ? stretch.samples : stretch.completed;
    windows[w].waiting = stretch.waiting / to_seconds(digest.width).value();
    if (stats::supports_quantile(stretch.latency.count(), 0.99))
      set_p99(windows[w], stretch.latency.quantile(0.99));
  }
}

/// Calls each(when it completed, latency) of queries, or of samples offline.
template <class Each>
void for_each_completion(const Run& run, Each&& each) {
  if (run.scenario.kind == ScenarioKind::offline) {
    for (const Nanoseconds at : run.sample_completions) each(at, at);
  } else {
    for (const QueryRecord& q : run.queries) each(q.completed, q.latency());
  }
}

void count_completions(const Run& run, const Grid& grid, std::vector<Window>& windows) {
  std::vector<std::ptrdiff_t> place(grid.size() + 1);  // where a window's latencies start, below
  for_each_completion(run, [&](Nanoseconds at, Nanoseconds) { ++windows[grid.window_of_end(at)].completed; });
  for (std::size_t w = 0; w < grid.size(); ++w)
    place[w + 1] = place[w] + static_cast<std::ptrdiff_t>(windows[w].completed);
  std::vector<Nanoseconds> latencies(static_cast<std::size_t>(place.back()));
  for_each_completion(run, [&](Nanoseconds at, Nanoseconds latency) {
    latencies[static_cast<std::size_t>(place[grid.window_of_end(at)]++)] = latency;
  });
  auto begin = latencies.begin();
  for (std::size_t w = 0; w < grid.size(); ++w) {
    const auto end = latencies.begin() + place[w];
    set_p99(windows[w], stats::select_quantile(begin, end, 0.99));
    begin = end;
  }
}

void count(const Run& run, const Grid& grid, std::vector<Window>& windows) {
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const QueryRecord& q = run.queries[i];
    ++windows[grid.window_at(q.scheduled)].arrived;
    if (run.phases.empty()) continue;
    const Nanoseconds waited = run.phases[i].queueing + run.phases[i].batching;
    grid.spread(q.scheduled, q.scheduled + waited, [&](std::size_t at, double seconds) {
      windows[at].waiting += seconds / grid.width().value();
    });
  }
  count_completions(run, grid, windows);
}

}  // namespace

std::vector<Window> make_windows(const Run& run, const Grid& grid) {
  std::vector<Window> windows(grid.size());
  for (std::size_t w = 0; w < grid.size(); ++w) windows[w].start = grid.start(w);
  if (run.digest)
    count(*run.digest, run.scenario.kind == ScenarioKind::offline, windows);
  else
    count(run, grid, windows);
  return windows;
}

Grid grid_of(const RunDigest& digest) { return Grid(digest.width, digest.stretches.size()); }

}  // namespace ridgeline::load
