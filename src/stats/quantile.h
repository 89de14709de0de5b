#pragma once
// Percentiles as order statistics: nearest rank as LoadGen computes them, and intervals that assume nothing
// about the distribution. Ranks are 0-based indices into the sorted sample.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

#include "stats/interval.h"

namespace ridgeline::stats {

/// floor(n p), at most n - 1: the sample that LoadGen calls the p-th percentile. Requires n > 0, 0 < p < 1.
std::size_t nearest_rank(std::size_t n, double p);

/// Whether at least one sample is expected beyond the quantile: n (1 - p) >= 1.
bool supports_quantile(std::size_t n, double p);

/// The p-quantile of [begin, end), whose order is lost; absent where supports_quantile() says so.
template <class Iterator>
auto select_quantile(Iterator begin, Iterator end, double p) {
  std::optional<typename std::iterator_traits<Iterator>::value_type> value;
  const auto n = static_cast<std::size_t>(end - begin);
  if (!supports_quantile(n, p)) return value;
  const Iterator at = begin + static_cast<std::ptrdiff_t>(nearest_rank(n, p));
  std::nth_element(begin, at, end);
  value = *at;
  return value;
}

struct RankInterval {
  std::uint64_t low = 0, high = 0;
};

/// Ranks between which the true p-quantile lies with at least this confidence, for independent samples. The
/// number of samples below the quantile is Binomial(n, p), so with B for it
///   low  = the largest rank with P(B <= low) <= alpha/2,
///   high = the smallest rank with P(B >= high + 1) <= alpha/2.
/// Absent when either does not exist: P99 at 95 % needs n >= 368 (0.99^368 < 0.025).
std::optional<RankInterval> quantile_ranks(std::size_t n, double p, double confidence = default_confidence);

}  // namespace ridgeline::stats
