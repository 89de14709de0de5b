#pragma once
// Statistics of the replicas of a block bootstrap, from sums over units (block_bootstrap.h): nothing is
// sorted again for a replica.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ridgeline::stats {

/// A value of the series, how often it is there, and the unit that it is in.
struct Weighted {
  double value = 0, weight = 1;
  std::uint32_t unit = 0;
};

/// Quantiles by nearest rank. A replica costs units times levels, and as many steps along the sorted series
/// as its quantiles lie from those of the series.
class ResampledQuantiles {
 public:
  /// Levels in (0, 1). Requires a value.
  ResampledQuantiles(std::vector<Weighted> series, std::size_t units, std::vector<double> levels);

  std::span<const Weighted> sorted() const { return sorted_; }  ///< by value
  std::size_t levels() const { return levels_.size(); }
  /// Of a series that has each unit so many times, one for each level; NaN when that has no values.
  void at(std::span<const double> times, std::span<double> into) const;
  /// By unit: what it adds to the quantile's error, to first order and but for a factor: the weight below the
  /// quantile, less the unit's part of it.
  std::vector<double> influence(std::size_t level) const;

 private:
  std::vector<Weighted> sorted_;
  std::vector<double> levels_;
  std::vector<std::size_t> centre_;  ///< by level: where the quantile of the series itself is in sorted_
  std::vector<double> before_;       ///< by unit, then level: weight before the centre; and, last, all of it
};

/// A ratio of two sums: a mean, a rate, a share.
struct ResampledRatio {
  std::vector<double> amount, size;  ///< by unit
  explicit ResampledRatio(std::size_t units) : amount(units), size(units) {}
  void add(std::uint32_t unit, double more, double over) {
    amount[unit] += more;
    size[unit] += over;
  }
  /// NaN when the size is 0.
  double at(std::span<const double> times) const;
  /// By unit: what it adds to the ratio's error, to first order and but for a factor: amount - ratio * size.
  std::vector<double> influence() const;
};

/// How two series lie to each other. P(B > A) + P(B = A) / 2 is the mean, by weight, of either side.
struct Placements {
  std::vector<double> of_a;  ///< of each of A's values: the share of B above it, equal ones by half
  std::vector<double> of_b;  ///< of each of B's values: the share of A below it, equal ones by half
};
/// Both ascending; time is the sum of their lengths (Mann & Whitney's U without counting pairs).
Placements placements(std::span<const Weighted> a, std::span<const Weighted> b);

}  // namespace ridgeline::stats
