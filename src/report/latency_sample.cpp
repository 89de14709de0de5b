#include "report/latency_sample.h"

#include <algorithm>

namespace ridgeline::report {

LatencySample::LatencySample(const Run& run) {
  if (run.digest) {
    digest_ = &run.digest->latency.times;
    return;
  }
  if (run.scenario.kind == ScenarioKind::offline) {
    const Nanoseconds start = run.queries.empty() ? Nanoseconds(0) : run.queries.front().scheduled;
    for (const Nanoseconds at : run.sample_completions) sorted_.push_back(at - start);
  } else {
    for (const QueryRecord& query : run.queries) sorted_.push_back(query.latency());
  }
  std::sort(sorted_.begin(), sorted_.end());
}

std::uint64_t LatencySample::count() const { return exact() ? sorted_.size() : digest_->count(); }

Nanoseconds LatencySample::at_rank(std::uint64_t rank) const {
  return exact() ? sorted_[static_cast<std::size_t>(rank)] : digest_->at_rank(rank);
}

std::uint64_t LatencySample::at_most(Nanoseconds limit) const {
  if (exact())
    return static_cast<std::uint64_t>(std::upper_bound(sorted_.begin(), sorted_.end(), limit) -
                                      sorted_.begin());
  if (limit < Nanoseconds(0)) return 0;
  return digest_->count() - digest_->count_above(limit);
}

std::optional<Nanoseconds> LatencySample::quantile(double p) const {
  const double n = static_cast<double>(count());
  if (n == 0 || n * p > n - 1) return std::nullopt;
  return at_rank(std::min(static_cast<std::uint64_t>(n * p), count() - 1));
}

}  // namespace ridgeline::report
