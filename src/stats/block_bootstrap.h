#pragma once
// The block bootstrap: a series is resampled in blocks of neighbours, so that what neighbours share stays in
// every replica (Künsch 1989; circular: Politis & Romano 1992).
//
//   element  one query, in order          e e e e e e e e e e e e e e e e ...
//   unit     so many of them, counted once [  u0  ][  u1  ][  u2  ][  u3  ] ...
//   block    so many units, from any unit  [       one block      ]
//
// A replica is how many times each unit is taken. Whoever has sums over units needs no more than those to
// have a statistic of the replica: its cost does not grow with the series beyond most_units.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace ridgeline::stats {

/// More units than that tell no more: the spread that so many blocks show is itself known to 2 %.
constexpr std::size_t most_units = 1000;

struct BlockPlan {
  std::size_t size = 0;             ///< elements
  std::size_t unit = 1;             ///< elements of a unit; the last may have fewer
  std::size_t units = 0;            ///< of the series
  std::size_t units_per_block = 1;  ///< a block starts at any unit, and goes on at the first after the last
  std::size_t block() const { return unit * units_per_block; }
  std::size_t blocks() const { return units / units_per_block; }  ///< of a replica
  std::uint32_t unit_of(std::size_t element) const { return static_cast<std::uint32_t>(element / unit); }
};

/// Blocks of about this many elements (rounded to whole units; at least n / most_units), at least one. Their
/// starts are an eighth of a block apart, or one element. Requires n > 0, length >= 1.
BlockPlan plan_blocks(std::size_t n, double length);

/// The length that makes the variance of a mean come out best (least mean squared error), of circular blocks
/// (Politis & White 2004, corrected by Patton, Politis & White 2009), for autocorrelation that falls off
/// geometrically:
///   (2 G^2 / D)^(1/3) n^(1/3),   G = sum_k |k| R(k) = g (t - 1/t) / 2,   D = 4/3 g^2,
/// so that it is (3/8 (t - 1/t)^2 n)^(1/3), with g the long-run variance and t = n / effective_size() the
/// factor by which dependence raises it (autocorrelation.h). At least 1. Requires inflation >= 1.
double block_length(std::size_t n, double inflation);

/// The share of a mean's variance that blocks miss, to first order and of the same autocorrelation: what a
/// block's last elements share with the next block's first,
///   G / (g b) = (t - 1/t) / (2 b).
/// At most a half, where a block is hardly longer than the dependence.
double missed_variance(std::size_t block, double inflation);

/// The excess kurtosis of what blocks add up to, of a number that each unit has and whose mean is 0: high
/// where few blocks hold most of it, as of the queries in a tail that come in bursts. All blocks count, that
/// overlap as they do in replicas. 0 where the number is 0 throughout.
double excess_kurtosis(std::span<const double> of_units, const BlockPlan&);

/// Replicas, one after the other: the same ones for the same seed and name.
class BlockDraws {
 public:
  BlockDraws(const BlockPlan&, std::uint64_t seed, std::string_view name);
  /// How many times the next replica takes each unit; good until the next call.
  std::span<const double> next();

 private:
  BlockPlan plan_;
  RandomStream stream_;
  std::vector<double> times_;
};

}  // namespace ridgeline::stats
