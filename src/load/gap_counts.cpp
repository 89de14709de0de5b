#include "load/gap_counts.h"

#include <algorithm>
#include <memory>

namespace ridgeline::load {

void GapCounts::add(Nanoseconds gap) {
  const Nanoseconds value = std::max(gap, Nanoseconds(0));
  const auto ns = static_cast<std::uint64_t>(value.count());
  counts_[shape_.times.bucket(value)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(ns, std::memory_order_relaxed);
  std::uint64_t seen = min_.load(std::memory_order_relaxed);
  while (ns < seen && !min_.compare_exchange_weak(seen, ns, std::memory_order_relaxed)) {
  }
  seen = max_.load(std::memory_order_relaxed);
  while (ns > seen && !max_.compare_exchange_weak(seen, ns, std::memory_order_relaxed)) {
  }
}

void GapCounts::finish(Run& run) const {
  LatencyHistogram::State state = shape_.times.state();
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    all += state.counts[i] = counts_[i].load(std::memory_order_relaxed);
  if (all == 0) return;
  state.min = min_.load(std::memory_order_relaxed);
  state.max = max_.load(std::memory_order_relaxed);
  state.sum_low = sum_.load(std::memory_order_relaxed);
  if (auto times = LatencyHistogram::of(std::move(state)))
    run.token_gaps = std::make_shared<const TokenGaps>(TokenGaps{*std::move(times)});
}

}  // namespace ridgeline::load
