#include "stats/autocorrelation.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stats/distributions.h"
#include "stats/moments.h"

namespace ridgeline::stats {
namespace {

/// Indicators of a series as bits: an autocovariance is then a count of common ones.
class Indicators {
 public:
  Indicators(std::span<const double> series, double threshold)
      : size_(series.size()), words_(series.size() / 64 + 2) {
    for (std::size_t i = 0; i < size_; ++i) {
      if (series[i] <= threshold) continue;
      words_[i / 64] |= std::uint64_t{1} << (i % 64);
      ++total_;
    }
  }

  std::size_t size() const { return size_; }
  std::size_t total() const { return total_; }
  std::size_t at(std::size_t i) const { return words_[i / 64] >> (i % 64) & 1U; }

  /// How many i have both i and i + lag above the threshold.
  std::uint64_t pairs(std::size_t lag) const {
    const std::size_t skip = lag / 64, shift = lag % 64;
    std::uint64_t common = 0;
    for (std::size_t w = 0; w + skip + 1 < words_.size(); ++w) {
      const std::uint64_t low = words_[w + skip] >> shift;
      const std::uint64_t high = shift == 0 ? 0 : words_[w + skip + 1] << (64 - shift);
      common += static_cast<std::uint64_t>(std::popcount(words_[w] & (low | high)));
    }
    return common;
  }

 private:
  std::size_t size_, total_ = 0;
  std::vector<std::uint64_t> words_;  ///< one more than the bits need, always zero
};

/// Autocovariances of indicators at lags 0, 1, 2 ..., each asked for once and in order.
class Autocovariances {
 public:
  explicit Autocovariances(const Indicators& series)
      : series_(series), head_(series.total()), tail_(series.total()) {}

  double next() {
    const auto n = static_cast<double>(series_.size());
    const double mean = static_cast<double>(series_.total()) / n;
    if (lag_ > 0) {  // the sums that the lagged products leave out
      head_ -= series_.at(series_.size() - lag_);
      tail_ -= series_.at(lag_ - 1);
    }
    const double covariance = static_cast<double>(series_.pairs(lag_)) -
                              mean * static_cast<double>(head_ + tail_) +
                              mean * mean * (n - static_cast<double>(lag_));
    ++lag_;
    return covariance / n;
  }

 private:
  const Indicators& series_;
  std::size_t head_, tail_, lag_ = 0;
};

}  // namespace

double effective_size(std::span<const double> series, double threshold, double least) {
  const Indicators above(series, threshold);
  const auto n = static_cast<double>(series.size());
  if (above.total() == 0 || above.total() == above.size()) return n;
  Autocovariances covariances(above);
  const double variance = covariances.next();
  double pair = variance + (series.size() > 1 ? covariances.next() : 0), sum = 0;
  for (std::size_t lag = 2; pair > 0; lag += 2) {
    sum += pair;
    if (lag + 1 > series.size() / 2) break;  // beyond, an estimate rests on few products
    if (n * variance < least * (2 * sum - variance)) break;
    const double even = covariances.next(), odd = covariances.next();
    pair = std::min(pair, even + odd);
  }
  const double inflation = (2 * sum - variance) / variance;
  return inflation > 1 ? n / inflation : n;
}

double effective_size(std::span<const Exceedances> stretches) {
  double n = 0, above = 0, used = 0;
  for (const Exceedances& s : stretches) {
    n += s.samples;
    above += s.above;
    used += s.samples > 0;
  }
  if (used < 2) return 0;
  if (above == 0 || above == n) return n;
  const double share = above / n;
  double squares = 0;
  for (const Exceedances& s : stretches) {
    const double surplus = s.above - share * s.samples;
    squares += surplus * surplus;
  }
  if (squares == 0) return n;
  const double variance = used / (used - 1) * squares / (n * n);
  const double wider = student_t(static_cast<std::uint64_t>(used) - 1, default_confidence) /
                       normal_quantile(0.5 + default_confidence / 2);
  return std::min(n, share * (1 - share) / variance / (wider * wider));
}

double least_effective(double p) { return least_effective_beyond / std::min(p, 1 - p); }

std::optional<RankInterval> dependent_quantile_ranks(std::size_t n, double effective, double p,
                                                     double confidence) {
  assert(effective <= static_cast<double>(n));
  if (effective < least_effective(p) * (1 - 1e-9)) return std::nullopt;
  const auto size = static_cast<std::size_t>(effective);
  const auto ranks = quantile_ranks(size, p, confidence);
  if (!ranks) return std::nullopt;
  const double scale = static_cast<double>(n) / static_cast<double>(size);
  const auto low = static_cast<std::size_t>(static_cast<double>(ranks->low) * scale);
  const double end = std::ceil(static_cast<double>(ranks->high + 1) * scale - 1e-9);
  return RankInterval{low, std::min(static_cast<std::size_t>(end) - 1, n - 1)};
}

}  // namespace ridgeline::stats
