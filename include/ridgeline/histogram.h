#pragma once
// Latencies counted in buckets that widen with the value: any number of queries in fixed memory, with a known
// relative error. The layout is that of an HDR histogram (log-linear).
//
//   digits d: the least power of two S = 2^k >= 2 10^d values, 0 .. S-1, have a bucket each;
//   above them, [2^j, 2^(j+1)) for each j >= k is cut into S/2 buckets of width 2^(j+1) / S.
//
// A bucket's width is thus at most its least value / 10^d.

#include <cstdint>
#include <optional>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline {

class LatencyHistogram {
 public:
  /// Quantiles keep so many significant digits. Requires 1 to 4: 8 kB, 59 kB, 0.5 MB, 4 MB of counts.
  explicit LatencyHistogram(unsigned digits = 3);

  /// Counts a latency `times` times. Requires latency >= 0; every such value has a bucket.
  void record(Nanoseconds latency, std::uint64_t times = 1);
  /// The same, and what a closed loop left out while it waited: a load that meant to issue every `interval`
  /// would also have seen latency - interval, latency - 2 interval ... down to the interval. Requires
  /// interval > 0.
  void record_corrected(Nanoseconds latency, Nanoseconds interval);
  /// Adds another's counts: as if all had been recorded here. Requires equal digits.
  void merge(const LatencyHistogram&);
  /// Forgets all, and keeps the memory.
  void clear();

  unsigned digits() const { return digits_; }
  std::uint64_t count() const { return count_; }
  /// Exact. Absent when nothing was recorded.
  std::optional<Nanoseconds> min() const;
  std::optional<Nanoseconds> max() const;
  std::optional<Seconds> mean() const;

  /// The sample of rank min(floor(n p), n - 1), by the greatest value of its bucket and never above max():
  /// at least the exact value, and above it by less than its 10^-digits. Requires 0 < p < 1. Absent when
  /// nothing was recorded.
  std::optional<Nanoseconds> quantile(double p) const;
  /// The sample of that rank in ascending order, as above. Requires rank < count().
  Nanoseconds at_rank(std::uint64_t rank) const;
  /// The least that it can be: of its bucket, and never below min().
  Nanoseconds least_at_rank(std::uint64_t rank) const;
  /// How many are in buckets that lie above that of `latency`: those greater, less what shares its bucket.
  std::uint64_t count_above(Nanoseconds latency) const;

  /// Buckets, in ascending order of what they hold, and the one of a latency: for what else is kept by it.
  std::size_t buckets() const { return counts_.size(); }
  std::size_t bucket(Nanoseconds latency) const;

  /// All that it is, to write it down and make it again.
  struct State {
    unsigned digits = 3;
    std::vector<std::uint64_t> counts;  ///< by bucket
    std::uint64_t min = 0, max = 0;     ///< 0 when nothing was recorded
    std::uint64_t sum_low = 0, sum_high = 0;
  };
  State state() const;
  /// Absent when it is no histogram's: digits outside 1 to 4, counts not as many as buckets, or ends that do
  /// not lie in the outermost buckets that hold something.
  static std::optional<LatencyHistogram> of(State);

  /// Bytes that the counts take; the same whatever is recorded.
  Bytes memory() const;

 private:
  std::size_t bucket_of(std::uint64_t value) const;
  std::uint64_t greatest_in(std::size_t bucket) const;
  std::size_t bucket_of_rank(std::uint64_t rank) const;

  unsigned digits_, linear_bits_;  ///< 2^linear_bits_ = S
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0, min_ = 0, max_ = 0;
  std::uint64_t sum_low_ = 0, sum_high_ = 0;  ///< 128 bits: the mean stays exact
};

}  // namespace ridgeline
