#include "load/little.h"

#include <algorithm>
#include <utility>

namespace ridgeline::load {
namespace {

/// Integral of the number in the system over the window, by walking through arrivals and departures.
double query_seconds(const Run& run, Nanoseconds from, Nanoseconds to) {
  std::vector<std::pair<Nanoseconds, int>> steps;
  for (const QueryRecord& q : run.queries) {
    steps.push_back({std::clamp(q.scheduled, from, to), +1});
    steps.push_back({std::clamp(q.completed, from, to), -1});
  }
  std::sort(steps.begin(), steps.end());
  double area = 0;
  int in_system = 0;
  Nanoseconds last = from;
  for (const auto& [at, change] : steps) {
    area += in_system * to_seconds(at - last).value();
    in_system += change;
    last = at;
  }
  return area;
}

}  // namespace

std::optional<LittleCheck> check_little(const Run& run, Nanoseconds from, Nanoseconds to) {
  double arrivals = 0, latency = 0;
  for (const QueryRecord& q : run.queries) {
    if (q.scheduled < from || q.scheduled >= to) continue;
    arrivals += 1;
    latency += to_seconds(q.latency()).value();
  }
  if (arrivals == 0) return std::nullopt;
  const double window = to_seconds(to - from).value();
  LittleCheck check;
  check.mean_in_system = query_seconds(run, from, to) / window;
  check.rate_times_latency = (arrivals / window) * (latency / arrivals);
  return check;
}

std::optional<LittleCheck> check_little(const Run& run) {
  if (run.queries.empty()) return std::nullopt;
  Nanoseconds from = Nanoseconds::max(), to = Nanoseconds::min();
  for (const QueryRecord& q : run.queries) {
    from = std::min(from, q.scheduled);
    to = std::max(to, q.completed);
  }
  return check_little(run, from, to);
}

}  // namespace ridgeline::load
