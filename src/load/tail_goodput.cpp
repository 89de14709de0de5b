#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "load/objective.h"
#include "load/windows.h"
#include "ridgeline/digest.h"
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

Goodput with_rates(Goodput counts, Nanoseconds last) {
  if (last.count() > 0) {
    const double seconds = to_seconds(last).value();
    counts.throughput = Hertz(static_cast<double>(counts.queries) / seconds);
    counts.goodput = Hertz(static_cast<double>(counts.good) / seconds);
  }
  return counts;
}

}  // namespace

bool load::meets(const QueryRecord& q, const LatencyObjective& objective) {
  if (objective.latency && !within(q.latency(), *objective.latency)) return false;
  if (objective.ttft && (!q.first_token || !within(*q.first_token - q.scheduled, *objective.ttft)))
    return false;
  return !objective.tpot || within_tpot(q, *objective.tpot);
}

std::optional<LatencyObjective> objective_of(const Scenario& scenario) {
  if (scenario.kind == ScenarioKind::offline) return std::nullopt;
  LatencyObjective objective;
  const auto set = [](std::optional<Seconds>& limit, Nanoseconds value) {
    if (value > Nanoseconds(0)) limit = to_seconds(value);
  };
  set(objective.latency, scenario.latency_limit());
  set(objective.ttft, scenario.ttft_limit);
  set(objective.tpot, scenario.tpot_limit);
  if (!objective.latency && !objective.ttft && !objective.tpot) return std::nullopt;
  return objective;
}

Result<Goodput> goodput(const Run& run, const LatencyObjective& objective) {
  RIDGELINE_CHECK(check(objective));
  Goodput result;
  result.lost = run.refused + run.timed_out + run.failed();
  if (run.digest) {
    if (objective_of(run.scenario) != objective)
      return bad_input(
          "goodput: the run is a digest, and knows of its scenario's limits only; raise keep_queries");
    result.queries = run.digest->queries;
    result.good = run.digest->good;
    return with_rates(result, run.digest->end);
  }
  Nanoseconds last{0};
  for (const QueryRecord& q : run.queries) {
    ++result.queries;
    if (load::meets(q, objective)) ++result.good;
    last = std::max(last, q.completed);
  }
  return with_rates(result, last);
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
