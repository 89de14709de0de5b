#include "formats/trace_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "formats/run_figures.h"
#include "stats/quantile.h"

namespace ridgeline::formats {
namespace {

using Times = std::vector<Nanoseconds>;
using Sentences = std::vector<std::string>;

constexpr double printed_digits = 1e-5;  // LoadGen prints six

void compare(std::string_view what, std::optional<Nanoseconds> logged, Nanoseconds seen, Sentences& found) {
  if (logged && *logged != seen)
    found.push_back(
        fmt::format("{} is {} ns in the log and {} ns by the trace", what, logged->count(), seen.count()));
}

void compare(std::string_view what, std::optional<double> logged, double seen, Sentences& found) {
  if (logged && std::isfinite(seen) &&
      std::abs(*logged - seen) > std::max(printed_digits * std::abs(seen), 0.0051))
    found.push_back(fmt::format("{} is {:g} in the log and {:g} by the trace", what, *logged, seen));
}

void compare(const std::string& what, const ReportedTimes& logged, Times times, Sentences& found) {
  if (times.empty() || logged.empty()) return;
  std::sort(times.begin(), times.end());
  const ReportedTimes seen = report_times(times);
  compare("min " + what, logged.min, *seen.min, found);
  compare("max " + what, logged.max, *seen.max, found);
  compare("mean " + what, logged.mean, *seen.mean, found);
  for (const auto& [p, time] : logged.percentiles)
    compare(fmt::format("P{:g} {}", 100 * p, what), time, times[stats::nearest_rank(times.size(), p)], found);
}

void compare_rates(const MlperfLog& log, Sentences& found) {
  const auto& queries = log.run->queries;
  if (!is_open_loop(log.scenario.kind) || queries.size() < 2) return;
  double samples = -1;  // the first only starts the clock
  for (const QueryRecord& q : queries) samples += q.samples;
  const QueryRecord& last = queries.back();
  compare("scheduled samples/s", log.scheduled_rate, samples / to_seconds(last.scheduled).value(), found);
  compare("completed samples/s", log.completed_rate, samples / to_seconds(last.completed).value(), found);
}

}  // namespace

std::vector<std::string> compare_with_trace(const MlperfLog& log, const std::vector<Nanoseconds>& samples) {
  Sentences found;
  const Run& run = *log.run;
  if (log.queries && *log.queries != run.queries.size()) {
    found.push_back(fmt::format("the log counts {} queries and the trace holds {}; nothing else is compared",
                                *log.queries, run.queries.size()));
    return found;
  }
  compare("latency", log.latency, samples, found);
  Times latencies;
  for (const QueryRecord& q : run.queries) latencies.push_back(q.latency());
  if (log.scenario.kind == ScenarioKind::multi_stream)
    compare("query latency", log.query_latency, latencies, found);
  const Times first = first_token_times(run);
  if (first.size() == run.queries.size()) compare("TTFT", log.first_token, first, found);
  const Times per_token = per_token_times(run);
  if (per_token.size() == run.queries.size()) compare("TPOT", log.per_token, per_token, found);
  const auto over = static_cast<std::uint64_t>(std::count_if(
      latencies.begin(), latencies.end(), [&](Nanoseconds t) { return t > log.scenario.target_latency; }));
  if (log.over_latency && *log.over_latency != over)
    found.push_back(
        fmt::format("{} queries are over the limit in the log and {} by the trace", *log.over_latency, over));
  compare_rates(log, found);
  return found;
}

}  // namespace ridgeline::formats
