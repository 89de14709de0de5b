#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ridgeline/tail.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

constexpr std::int64_t most_windows = 1'000'000;

Status check(const LatencyObjective& objective) {
  if (!objective.latency && !objective.ttft && !objective.tpot)
    return bad_input("goodput: give a limit on latency, TTFT or TPOT");
  for (const auto& limit : {objective.latency, objective.ttft, objective.tpot}) {
    if (limit && !(limit->value() > 0))
      return bad_input(fmt::format("goodput: a limit of {} must be above 0", show(*limit)));
  }
  return Status::success();
}

/// To the nearest nanosecond, so that a query that takes exactly the limit meets it.
bool within(Nanoseconds time, Seconds limit) {
  return static_cast<double>(time.count()) <= limit.value() * 1e9 + 0.5;
}

bool within_tpot(const QueryRecord& q, Seconds limit) {
  if (!q.first_token || q.samples == 0) return false;
  const double after_first = static_cast<double>(q.tokens) / q.samples - 1;
  return after_first <= 0 || within(q.completed - *q.first_token, limit * after_first);
}

bool meets(const QueryRecord& q, const LatencyObjective& objective) {
  if (objective.latency && !within(q.latency(), *objective.latency)) return false;
  if (objective.ttft && (!q.first_token || !within(*q.first_token - q.scheduled, *objective.ttft)))
    return false;
  return !objective.tpot || within_tpot(q, *objective.tpot);
}

}  // namespace

Result<Goodput> goodput(const Run& run, const LatencyObjective& objective) {
  RIDGELINE_CHECK(check(objective));
  Goodput result;
  Nanoseconds last{0};
  for (const QueryRecord& q : run.queries) {
    ++result.queries;
    if (meets(q, objective)) ++result.good;
    last = std::max(last, q.completed);
  }
  if (last.count() > 0) {
    const double seconds = to_seconds(last).value();
    result.throughput = Hertz(static_cast<double>(result.queries) / seconds);
    result.goodput = Hertz(static_cast<double>(result.good) / seconds);
  }
  return result;
}

Result<std::vector<Window>> completion_windows(const Run& run, Nanoseconds length) {
  if (length.count() <= 0) return bad_input("windows: their length must be above 0");
  std::vector<Window> windows;
  if (run.queries.empty()) return windows;
  Nanoseconds last{0};
  for (const QueryRecord& q : run.queries) last = std::max({last, q.completed, q.scheduled});
  const std::int64_t count = last / length + 1;
  if (count > most_windows)
    return bad_input(fmt::format("windows: {} of {} are too many; at most {}", count,
                                 show(to_seconds(length)), most_windows));
  std::vector<std::vector<Nanoseconds>> latencies(static_cast<std::size_t>(count));
  windows.resize(latencies.size());
  const auto window_of = [length](Nanoseconds time) { return static_cast<std::size_t>(time / length); };
  for (const QueryRecord& q : run.queries) {
    ++windows[window_of(q.scheduled)].arrived;
    ++windows[window_of(q.completed)].completed;
    latencies[window_of(q.completed)].push_back(q.latency());
  }
  for (std::size_t i = 0; i < windows.size(); ++i) {
    windows[i].start = length * static_cast<std::int64_t>(i);
    if (const auto p99 = stats::select_quantile(latencies[i].begin(), latencies[i].end(), 0.99))
      windows[i].p99 = to_seconds(*p99);
  }
  return windows;
}

}  // namespace ridgeline
