#include "formats/run_figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "load/token_times.h"
#include "stats/early_stopping.h"
#include "stats/quantile.h"

namespace ridgeline::formats {
namespace {

using Times = std::vector<Nanoseconds>;

bool is_stream(ScenarioKind kind) {
  return kind == ScenarioKind::single_stream || kind == ScenarioKind::multi_stream;
}

std::optional<Nanoseconds> estimate(const Times& sorted, double p) {
  const auto over = stats::largest_over(sorted.size(), p);
  if (!over) return std::nullopt;
  return sorted[sorted.size() - *over];
}

EarlyStoppingText estimate_text(Times times, double p, bool single_stream) {
  std::sort(times.begin(), times.end());
  EarlyStoppingText early;
  const std::uint64_t needed = stats::least_for_estimate(p), n = times.size();
  early.estimate = estimate(times, p);
  if (!early.estimate) {
    early.met = false;
    early.text = fmt::format(
        " * Only processed {} queries.\n * Need to process at least {} queries for early stopping.", n,
        needed);
    return early;
  }
  early.text = fmt::format(
      " * Processed at least {} queries ({}).\n * Would discard {} highest latency queries.\n"
      " * Early stopping {:.1f}th percentile estimate: {}",
      needed, n, *stats::largest_over(n, p) - 1, 100 * p, early.estimate->count());
  if (!single_stream) return early;
  early.estimate_99 = estimate(times, 0.99);
  early.text +=
      early.estimate_99
          ? fmt::format("\n * Early stopping 99.0th percentile estimate: {}", early.estimate_99->count())
          : fmt::format(
                "\n * Not enough queries processed for 99.0th percentile\n early stopping estimate "
                "(would need to process at\n least {} total queries).",
                stats::least_for_estimate(0.99));
  return early;
}

EarlyStoppingText limit_text(const Times& times, Nanoseconds limit, double p) {
  EarlyStoppingText early;
  const auto over = static_cast<std::uint64_t>(
      std::count_if(times.begin(), times.end(), [&](Nanoseconds t) { return t > limit; }));
  early.met = stats::enough_queries(times.size(), over, p);
  if (early.met) {
    early.text = " * Run successful.";
    return early;
  }
  early.text = fmt::format(
      " * Run unsuccessful.\n * Processed {} queries.\n * Would need to run at least {} more queries,\n"
      " with the run being successful if every additional\n query were under latency.",
      times.size(), stats::queries_under_needed(over, p) + over - times.size());
  return early;
}

/// LoadGen has a latency for each sample.
void collect(const Run& run, RunFigures& f) {
  std::size_t next = 0;
  for (const QueryRecord& q : run.queries) {
    f.samples += q.samples;
    f.tokens += q.tokens;
    f.query_latencies.push_back(q.latency());
    for (std::uint32_t i = 0; i < q.samples; ++i) {
      const bool each = next < run.sample_completions.size();
      const Nanoseconds done = each ? run.sample_completions[next++] : q.completed;
      f.sample_latencies.push_back(done - q.scheduled);
    }
  }
}

double rate(double amount, Nanoseconds over) {
  return over > Nanoseconds(0) ? amount / to_seconds(over).value() : 0;
}

void measure_rates(const Run& run, RunFigures& f) {
  const QueryRecord& last = run.queries.back();
  const double gaps = static_cast<double>(f.samples - run.queries.front().samples);
  f.scheduled_rate = rate(gaps, last.scheduled);
  f.completed_rate = rate(gaps, last.completed);
  f.overhead_rate = rate(gaps, last.issued);
  if (f.latency.mean) f.issue_rate = rate(1, *f.latency.mean);
  if (f.latency.max) f.offline_rate = rate(static_cast<double>(f.samples), *f.latency.max);
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  f.token_rate =
      rate(static_cast<double>(f.tokens), offline ? f.latency.max.value_or(Nanoseconds(0)) : last.completed);
}

bool within(const Times& times, Nanoseconds limit, double p) {
  if (limit == Nanoseconds(0) || times.empty()) return true;
  Times sorted = times;
  const std::size_t rank = stats::nearest_rank(sorted.size(), p);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rank), sorted.end());
  return sorted[rank] <= limit;
}

void judge(const Run& run, const Times& first, const Times& per_token, RunFigures& f) {
  const Scenario& s = run.scenario;
  const QueryRecord& last = run.queries.back();
  const bool offline = s.kind == ScenarioKind::offline;
  const Nanoseconds ran = offline ? f.latency.max.value_or(Nanoseconds(0))
                                  : (is_open_loop(s.kind) ? last.scheduled : last.issued);
  f.duration_met = ran >= s.min_duration;
  f.queries_met = (offline ? f.samples : f.queries) >= s.min_queries;
  if (is_stream(s.kind)) {
    f.early = estimate_text(f.query_latencies, s.percentile, s.kind == ScenarioKind::single_stream);
  } else if (is_open_loop(s.kind)) {
    f.constraints_met = within(f.query_latencies, s.latency_limit(), s.percentile) &&
                        within(first, s.ttft_limit, s.percentile) &&
                        within(per_token, s.tpot_limit, s.percentile);
    if (s.latency_limit() > Nanoseconds(0))
      f.early = limit_text(f.query_latencies, s.latency_limit(), s.percentile);
    if (s.ttft_limit > Nanoseconds(0)) f.early_ttft = limit_text(first, s.ttft_limit, s.percentile);
    if (s.tpot_limit > Nanoseconds(0)) f.early_tpot = limit_text(per_token, s.tpot_limit, s.percentile);
  }
  const Verdict verdict = summarize(run).verdict;
  f.reasons = verdict.reasons;
  f.valid = verdict.valid && f.constraints_met && f.duration_met && f.queries_met && f.early.met &&
            f.early_ttft.met && f.early_tpot.met;
}

}  // namespace

Times first_token_times(const Run& run) {
  Times times;
  for (const QueryRecord& q : run.queries) {
    if (const auto time = load::time_to_first_token(q)) times.push_back(*time);
  }
  return times;
}

Times per_token_times(const Run& run) {
  Times times;
  for (const QueryRecord& q : run.queries) {
    if (const auto time = load::time_per_output_token(q)) times.push_back(*time);
  }
  return times;
}

ReportedTimes report_times(Times times) {
  ReportedTimes report;
  if (times.empty()) return report;
  std::sort(times.begin(), times.end());
  report.min = times.front();
  report.max = times.back();
  const auto n = static_cast<Nanoseconds::rep>(times.size());
  Nanoseconds::rep mean = 0, rest = 0;  // the sum over n, without the sum, which may not fit
  for (const Nanoseconds t : times) {
    mean += t.count() / n;
    rest += t.count() % n;
  }
  report.mean = Nanoseconds(mean + rest / n);
  for (const double p : printed_percentiles)
    report.percentiles[p] = times[stats::nearest_rank(times.size(), p)];
  return report;
}

RunFigures figures_of(const Run& run) {
  RunFigures f;
  f.queries = run.queries.size();
  collect(run, f);
  f.latency = report_times(f.sample_latencies);
  if (run.scenario.kind == ScenarioKind::multi_stream) f.query_latency = report_times(f.query_latencies);
  const Times first = first_token_times(run), per_token = per_token_times(run);
  f.with_tokens = f.tokens > 0;
  f.first_token = report_times(first);
  f.per_token = report_times(per_token);
  Times decisive = f.query_latencies;
  std::sort(decisive.begin(), decisive.end());
  f.decisive = decisive[stats::nearest_rank(decisive.size(), run.scenario.percentile)];
  f.over_limit = static_cast<std::uint64_t>(
      std::count_if(f.query_latencies.begin(), f.query_latencies.end(),
                    [&](Nanoseconds t) { return t > run.scenario.latency_limit(); }));
  measure_rates(run, f);
  judge(run, first, per_token, f);
  return f;
}

}  // namespace ridgeline::formats
