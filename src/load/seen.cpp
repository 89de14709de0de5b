#include "load/seen.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "load/token_times.h"
#include "stats/autocorrelation.h"
#include "stats/mean.h"

namespace ridgeline::load {
namespace {

std::vector<Nanoseconds> latencies(const Run& run) {
  std::vector<Nanoseconds> times;
  if (run.scenario.kind == ScenarioKind::offline) {
    const Nanoseconds start = run.queries.empty() ? Nanoseconds(0) : run.queries.front().scheduled;
    for (const Nanoseconds at : run.sample_completions) times.push_back(at - start);
  } else {
    for (const QueryRecord& q : run.queries) times.push_back(q.latency());
  }
  return times;
}

std::vector<Nanoseconds> token_times(const Run& run,
                                     std::optional<Nanoseconds> (*time_of)(const QueryRecord&)) {
  std::vector<Nanoseconds> times;
  for (const QueryRecord& q : run.queries) {
    if (const auto time = time_of(q)) times.push_back(*time);
  }
  return times;
}

Seen seen_in(const RunDigest& d) {
  return {d.queries,
          d.samples,
          d.samples_per_query,
          d.last_scheduled,
          d.last_issued,
          d.last_completed,
          d.end,
          Times(d.latency, d.stretches, &RunStretch::latency),
          Times(d.first_token, d.stretches, &RunStretch::first_token),
          Times(d.per_token, d.stretches, &RunStretch::per_token)};
}

}  // namespace

Times::Times(std::vector<Nanoseconds> in_order) : sorted_(std::move(in_order)) {
  in_order_.reserve(sorted_.size());
  for (const Nanoseconds time : sorted_) in_order_.push_back(to_seconds(time).value());
  std::sort(sorted_.begin(), sorted_.end());
}

Times::Times(const TimesDigest& digest, const std::vector<RunStretch>& stretches,
             LatencyHistogram RunStretch::* part)
    : digest_(&digest), stretches_(&stretches), part_(part) {}

std::uint64_t Times::size() const { return exact() ? sorted_.size() : digest_->times.count(); }

Nanoseconds Times::at_rank(std::uint64_t rank) const {
  return exact() ? sorted_[rank] : digest_->times.at_rank(rank);
}

Nanoseconds Times::least_at_rank(std::uint64_t rank) const {
  return exact() ? sorted_[rank] : digest_->times.least_at_rank(rank);
}

std::uint64_t Times::over(Nanoseconds limit) const {
  if (!exact()) return digest_->over;
  return static_cast<std::uint64_t>(sorted_.end() - std::upper_bound(sorted_.begin(), sorted_.end(), limit));
}

std::optional<Seconds> Times::mean() const {
  if (!exact()) return digest_->times.mean();
  if (in_order_.empty()) return std::nullopt;
  return Seconds(stats::mean(in_order_));
}

std::optional<stats::Interval> Times::mean_interval() const {
  if (exact()) {
    return in_order_.size() < stats::least_batched ? stats::mean_interval(in_order_)
                                                   : stats::batch_means_interval(in_order_);
  }
  std::vector<stats::Batch> batches;
  for (const RunStretch& stretch : *stretches_) {
    const LatencyHistogram& times = stretch.*part_;
    const auto count = static_cast<double>(times.count());
    if (count > 0) batches.push_back({times.mean()->value() * count, count});
  }
  const auto centre = mean();
  return centre ? stats::ratio_interval(batches, centre->value()) : std::nullopt;
}

double Times::effective_size(Nanoseconds threshold, double least) const {
  if (exact()) return stats::effective_size(in_order_, to_seconds(threshold).value(), least);
  std::vector<stats::Exceedances> parts;
  for (const RunStretch& stretch : *stretches_) {
    const LatencyHistogram& times = stretch.*part_;
    parts.push_back({static_cast<double>(times.count()), static_cast<double>(times.count_above(threshold))});
  }
  return stats::effective_size(parts);
}

Seen seen_in(const Run& run) {
  if (run.digest) return seen_in(*run.digest);
  Seen seen{0,
            0,
            0,
            {},
            {},
            {},
            {},
            Times(latencies(run)),
            Times(token_times(run, time_to_first_token)),
            Times(token_times(run, time_per_output_token))};
  seen.queries = run.queries.size();
  for (const QueryRecord& q : run.queries) {
    seen.samples += q.samples;
    seen.end = std::max(seen.end, q.completed);
  }
  if (!run.queries.empty()) {
    const QueryRecord& last = run.queries.back();
    seen.first_samples = run.queries.front().samples;
    seen.last_scheduled = last.scheduled;
    seen.last_issued = last.issued;
    seen.last_completed = last.completed;
  }
  if (run.scenario.kind == ScenarioKind::offline) {
    for (const Nanoseconds at : run.sample_completions) seen.end = std::max(seen.end, at);
    if (run.queries.empty()) seen.samples = run.sample_completions.size();
  }
  return seen;
}

}  // namespace ridgeline::load
