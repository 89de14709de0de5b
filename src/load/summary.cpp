#include <algorithm>
#include <optional>
#include <vector>

#include "load/token_times.h"
#include "load/verdict.h"
#include "ridgeline/scenario.h"
#include "stats/early_stopping.h"
#include "stats/mean.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

using Times = std::vector<double>;  ///< seconds, in issue order until sorted

bool is_offline(const Run& run) { return run.scenario.kind == ScenarioKind::offline; }

Estimate with_interval(double value, const std::optional<stats::Interval>& interval) {
  Estimate e;
  e.value = value;
  if (interval) {
    e.low = interval->low;
    e.high = interval->high;
  }
  return e;
}

/// Offline latencies are the growing sums of one query's progress, not draws: they get no interval.
enum class Draws { independent, none };

std::optional<Estimate> quantile(const Times& sorted, double p, Draws draws) {
  if (!stats::supports_quantile(sorted.size(), p)) return std::nullopt;
  std::optional<stats::Interval> interval;
  if (draws == Draws::independent) {
    if (const auto ranks = stats::quantile_ranks(sorted.size(), p)) {
      interval = stats::Interval{sorted[ranks->low], sorted[ranks->high]};
    }
  }
  return with_interval(sorted[stats::nearest_rank(sorted.size(), p)], interval);
}

std::optional<Estimate> mean_of(const Times& times, Draws draws) {
  if (times.empty()) return std::nullopt;
  std::optional<stats::Interval> interval;
  if (draws == Draws::independent) {
    interval = times.size() < stats::least_batched ? stats::mean_interval(times)
                                                   : stats::batch_means_interval(times);
  }
  return with_interval(stats::mean(times), interval);
}

Times latencies(const Run& run) {
  Times times;
  if (is_offline(run)) {
    const Nanoseconds start = run.queries.empty() ? Nanoseconds(0) : run.queries.front().scheduled;
    for (const Nanoseconds at : run.sample_completions) times.push_back(to_seconds(at - start).value());
  } else {
    for (const QueryRecord& q : run.queries) times.push_back(to_seconds(q.latency()).value());
  }
  return times;
}

/// What was completed when, in time order.
std::vector<stats::Completion> completions(const Run& run) {
  std::vector<stats::Completion> all;
  const auto add = [&all](Nanoseconds at, double amount) {
    stats::Completion c;
    c.at = at;
    c.amount = amount;
    all.push_back(c);
  };
  if (is_offline(run)) {
    for (const Nanoseconds at : run.sample_completions) add(at, 1);
  } else {
    for (const QueryRecord& q : run.queries) add(q.completed, q.samples);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

/// Samples per second by the scenario's rule (docs/scenarios.md), without an interval.
std::optional<double> rate(const Run& run, const Summary& summary) {
  if (run.queries.empty()) return std::nullopt;
  double samples = static_cast<double>(summary.samples);
  Seconds over = summary.duration;
  if (is_open_loop(run.scenario.kind)) {
    // LoadGen: the first query only starts the clock, and the last *issued* one stops it.
    samples -= run.queries.front().samples;
    over = to_seconds(run.queries.back().completed);
  }
  if (over <= Seconds(0) || samples <= 0) return std::nullopt;
  return samples / over.value();
}

std::optional<Estimate> throughput(const Run& run, const Summary& summary) {
  const auto value = rate(run, summary);
  if (!value) return std::nullopt;
  return with_interval(*value, stats::rate_interval(completions(run), Nanoseconds(0), *value));
}

/// By LoadGen's rule for the completed rate, so that the two compare.
std::optional<double> scheduled_rate(const Run& run) {
  if (!is_open_loop(run.scenario.kind) || run.queries.size() < 2) return std::nullopt;
  const Seconds last = to_seconds(run.queries.back().scheduled);
  if (last <= Seconds(0)) return std::nullopt;
  return static_cast<double>(run.queries.size() - 1) / last.value();
}

Times sorted_seconds(const std::vector<Nanoseconds>& times) {
  Times seconds;
  for (const Nanoseconds t : times) seconds.push_back(to_seconds(t).value());
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

void summarize_tokens(const Run& run, Summary& summary) {
  const Times ttft = sorted_seconds(load::times_to_first_token(run));
  const Times tpot = sorted_seconds(load::times_per_output_token(run));
  summary.ttft_p50 = quantile(ttft, 0.50, Draws::independent);
  summary.ttft_p99 = quantile(ttft, 0.99, Draws::independent);
  summary.tpot_p50 = quantile(tpot, 0.50, Draws::independent);
  summary.tpot_p99 = quantile(tpot, 0.99, Draws::independent);
}

std::optional<Seconds> early_stopping_estimate(const Run& run, const Times& sorted) {
  const ScenarioKind kind = run.scenario.kind;
  if (kind != ScenarioKind::single_stream && kind != ScenarioKind::multi_stream) return std::nullopt;
  const auto over = stats::largest_over(sorted.size(), run.scenario.percentile);
  if (!over) return std::nullopt;
  return Seconds(sorted[sorted.size() - *over]);
}

std::optional<Seconds> lateness_p99(const Run& run) {
  if (!is_open_loop(run.scenario.kind) || run.origin != RunOrigin::measured) return std::nullopt;
  Times late;
  for (const QueryRecord& q : run.queries) late.push_back(to_seconds(q.issued - q.scheduled).value());
  std::sort(late.begin(), late.end());
  const auto p99 = quantile(late, 0.99, Draws::none);
  if (!p99) return std::nullopt;
  return Seconds(p99->value);
}

void count(const Run& run, Summary& summary) {
  summary.queries = run.queries.size();
  Nanoseconds last{0};
  for (const QueryRecord& q : run.queries) {
    summary.samples += q.samples;
    last = std::max(last, q.completed);
  }
  if (is_offline(run)) {
    for (const Nanoseconds at : run.sample_completions) last = std::max(last, at);
    if (run.queries.empty()) summary.samples = run.sample_completions.size();
  }
  summary.duration = to_seconds(last);
}

}  // namespace

Summary summarize(const Run& run) {
  Summary summary;
  count(run, summary);
  const Draws draws = is_offline(run) ? Draws::none : Draws::independent;
  Times times = latencies(run);
  summary.mean = mean_of(times, draws);
  std::sort(times.begin(), times.end());
  summary.p50 = quantile(times, 0.50, draws);
  summary.p90 = quantile(times, 0.90, draws);
  summary.p99 = quantile(times, 0.99, draws);
  summary.decisive = quantile(times, run.scenario.percentile, draws);
  summary.throughput = throughput(run, summary);
  summary.scheduled_rate = scheduled_rate(run);
  summarize_tokens(run, summary);
  summary.early_stopping = early_stopping_estimate(run, times);
  summary.lateness_p99 = lateness_p99(run);
  summary.verdict = load::judge(run, summary);
  return summary;
}

}  // namespace ridgeline
