#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "load/windows.h"
#include "ridgeline/tail.h"

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
  if (run.digest)
    return bad_input("goodput: the run is a digest, and limits are met query by query; raise keep_queries");
  Goodput result;
  result.lost = run.refused + run.timed_out;
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
  if (run.digest)
    return bad_input("windows: the run is a digest, which has windows of its own; raise keep_queries");
  if (run.queries.empty()) return std::vector<Window>();
  Nanoseconds last{1};
  for (const QueryRecord& q : run.queries) last = std::max({last, q.completed, q.scheduled + Nanoseconds(1)});
  const std::int64_t count = (last - Nanoseconds(1)) / length + 1;
  if (count > most_windows)
    return bad_input(fmt::format("windows: {} of {} are too many; at most {}", count,
                                 show(to_seconds(length)), most_windows));
  return load::make_windows(run, load::Grid(length, static_cast<std::size_t>(count)));
}

}  // namespace ridgeline
