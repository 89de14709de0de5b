#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "load/percentile.h"
#include "load/seen.h"
#include "load/verdict.h"
#include "ridgeline/host_noise.h"
#include "ridgeline/tail.h"
#include "stats/early_stopping.h"
#include "stats/mean.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

using load::Draws;
using load::percentile;
using load::Seen;
using load::Times;

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

std::optional<Estimate> mean_of(const Times& times, Draws draws) {
  const auto mean = times.mean();
  if (!mean) return std::nullopt;
  return with_interval(mean->value(), draws == Draws::none ? std::nullopt : times.mean_interval());
}

/// What was completed when, in time order; of a digest, by its stretches.
std::vector<stats::Completion> completions(const Run& run) {
  std::vector<stats::Completion> all;
  const auto add = [&all](Nanoseconds at, double amount) {
    stats::Completion c;
    c.at = at;
    c.amount = amount;
    all.push_back(c);
  };
  if (run.digest) {
    Nanoseconds end{0};
    for (const RunStretch& stretch : run.digest->stretches) {
      end = std::min(end + run.digest->width, run.digest->end);
      add(end, static_cast<double>(stretch.samples));
    }
  } else if (is_offline(run)) {
    for (const Nanoseconds at : run.sample_completions) add(at, 1);
  } else {
    for (const QueryRecord& q : run.queries) add(q.completed, q.samples);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

/// Samples per second by the scenario's rule (docs/scenarios.md), without an interval.
std::optional<double> rate(const Run& run, const Seen& seen) {
  if (seen.queries == 0) return std::nullopt;
  double samples = static_cast<double>(seen.samples);
  Seconds over = to_seconds(seen.end);
  if (is_open_loop(run.scenario.kind)) {
    // LoadGen: the first query only starts the clock, and the last *issued* one stops it.
    samples -= seen.first_samples;
    over = to_seconds(seen.last_completed);
  }
  if (over <= Seconds(0) || samples <= 0) return std::nullopt;
  return samples / over.value();
}

std::optional<Estimate> throughput(const Run& run, const Seen& seen) {
  const auto value = rate(run, seen);
  if (!value) return std::nullopt;
  return with_interval(*value, stats::rate_interval(completions(run), Nanoseconds(0), *value));
}

/// By LoadGen's rule for the completed rate, so that the two compare.
std::optional<double> scheduled_rate(const Run& run, const Seen& seen) {
  if (!is_open_loop(run.scenario.kind) || seen.queries < 2) return std::nullopt;
  const Seconds last = to_seconds(seen.last_scheduled);
  if (last <= Seconds(0)) return std::nullopt;
  return static_cast<double>(seen.queries - 1) / last.value();
}

void summarize_tokens(const Seen& seen, Summary& summary) {
  summary.ttft_p50 = percentile(seen.first_token, 0.50, Draws::dependent);
  summary.ttft_p99 = percentile(seen.first_token, 0.99, Draws::dependent);
  summary.tpot_p50 = percentile(seen.per_token, 0.50, Draws::dependent);
  summary.tpot_p99 = percentile(seen.per_token, 0.99, Draws::dependent);
}

/// Gaps of one answer hang together, and are many: no intervals.
void summarize_gaps(const Run& run, Summary& summary) {
  if (!run.token_gaps) return;
  const LatencyHistogram& gaps = run.token_gaps->times;
  const auto seconds = [](std::optional<Nanoseconds> time) {
    return time ? std::optional(to_seconds(*time)) : std::nullopt;
  };
  for (const auto& [figure, p] : {std::pair(&summary.gap_p50, 0.50), std::pair(&summary.gap_p99, 0.99)}) {
    if (stats::supports_quantile(gaps.count(), p)) *figure = seconds(gaps.quantile(p));
  }
  summary.gap_max = seconds(gaps.max());
}

std::optional<Seconds> early_stopping_estimate(const Run& run, const Times& times) {
  const ScenarioKind kind = run.scenario.kind;
  if (kind != ScenarioKind::single_stream && kind != ScenarioKind::multi_stream) return std::nullopt;
  const auto over = stats::largest_over(times.size(), run.scenario.percentile);
  if (!over) return std::nullopt;
  return to_seconds(times.at_rank(times.size() - *over));
}

std::optional<Seconds> lateness(const Run& run, double p) {
  if (!is_open_loop(run.scenario.kind) || run.origin != RunOrigin::measured) return std::nullopt;
  std::optional<Nanoseconds> value;
  if (run.digest) {
    value = run.digest->lateness.quantile(p);
  } else {
    std::vector<Nanoseconds> late;
    for (const QueryRecord& q : run.queries) late.push_back(q.issued - q.scheduled);
    value = stats::select_quantile(late.begin(), late.end(), p);
  }
  if (!value) return std::nullopt;
  return to_seconds(*value);
}

/// A run that broke off has used energy for queries that did not complete.
void summarize_energy(const Run& run, Summary& summary) {
  const std::uint64_t completed = is_offline(run) ? summary.samples : summary.queries;
  if (!run.host_noise || completed == 0 || run.interrupted) return;
  for (const HostEnergy& meter : run.host_noise->energy)
    summary.energy.push_back({meter.scope, meter.energy / static_cast<double>(completed)});
}

void count(const Run& run, const Seen& seen, Summary& summary) {
  summary.queries = seen.queries;
  summary.samples = seen.samples;
  summary.refused = run.refused;
  summary.timed_out = run.timed_out;
  summary.failed = run.failed();
  summary.duration = to_seconds(seen.end);
  if (run.scenario.kind == ScenarioKind::constant_stream && summary.issued() > 0)
    summary.missed_deadlines = seen.latency.over(run.scenario.latency_limit()) + summary.lost();
}

}  // namespace

Summary summarize(const Run& run) {
  const Seen seen = load::seen_in(run);
  Summary summary;
  count(run, seen, summary);
  const Draws draws = is_offline(run) ? Draws::none : Draws::dependent;
  summary.mean = mean_of(seen.latency, draws);
  summary.p50 = percentile(seen.latency, 0.50, draws);
  summary.p90 = percentile(seen.latency, 0.90, draws);
  summary.p99 = percentile(seen.latency, 0.99, draws);
  const double p = run.scenario.percentile;
  summary.decisive = p == 0.90 ? summary.p90 : p == 0.99 ? summary.p99 : percentile(seen.latency, p, draws);
  summary.throughput = throughput(run, seen);
  summary.scheduled_rate = scheduled_rate(run, seen);
  summarize_tokens(seen, summary);
  summarize_gaps(run, summary);
  if (const auto objective = objective_of(run.scenario)) {
    if (auto good = goodput(run, *objective)) summary.goodput = *std::move(good);
  }
  summary.early_stopping = early_stopping_estimate(run, seen.latency);
  summary.lateness_p50 = lateness(run, 0.50);
  summary.lateness_p99 = lateness(run, 0.99);
  summarize_energy(run, summary);
  summary.verdict = load::judge(run, summary, seen);
  return summary;
}

}  // namespace ridgeline
