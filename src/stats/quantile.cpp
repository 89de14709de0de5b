#include "stats/quantile.h"

#include <algorithm>
#include <cassert>

#include "stats/distributions.h"

namespace ridgeline::stats {

std::size_t nearest_rank(std::size_t n, double p) {
  assert(n > 0 && p > 0 && p < 1);
  return std::min(static_cast<std::size_t>(static_cast<double>(n) * p), n - 1);
}

bool supports_quantile(std::size_t n, double p) {
  // Not n (1 - p) >= 1: 10 (1 - 0.9) is 0.9999999999999998.
  return n > 0 && static_cast<double>(n) * p <= static_cast<double>(n - 1);
}

std::optional<RankInterval> quantile_ranks(std::size_t n, double p, double confidence) {
  assert(p > 0 && p < 1 && confidence > 0 && confidence < 1);
  const double tail = (1.0 - confidence) / 2.0;
  if (n == 0 || binomial_cdf(0, n, p) > tail || binomial_upper_tail(n, n, p) > tail) return std::nullopt;

  // Both conditions are monotonic in the rank, and the nearest rank satisfies neither: it separates them.
  const std::size_t middle = nearest_rank(n, p);
  std::size_t low = 0, bad = middle;
  while (bad - low > 1) {
    const std::size_t rank = low + (bad - low) / 2;
    (binomial_cdf(rank, n, p) <= tail ? low : bad) = rank;
  }
  std::size_t high = n - 1;
  bad = middle;
  while (high > bad + 1) {
    const std::size_t rank = bad + (high - bad) / 2;
    (binomial_upper_tail(rank + 1, n, p) <= tail ? high : bad) = rank;
  }
  return RankInterval{low, high};
}

}  // namespace ridgeline::stats
