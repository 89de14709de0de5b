#pragma once
// Intervals of a difference of two estimates, from replicas of both.

#include <cstdint>
#include <optional>
#include <span>

#include "stats/interval.h"

namespace ridgeline::stats {

/// Replicas of an estimate and how many blocks they were drawn from. Of what is known without doubt: no
/// replicas.
struct Replicas {
  std::span<const double> values;
  std::size_t blocks = 0;
  double missed = 0;   ///< share of the variance that blocks miss (missed_variance() in block_bootstrap.h)
  double surplus = 0;  ///< of a quantile: quantile_surplus()
  double excess_kurtosis = 0;  ///< of what blocks add up to (block_bootstrap.h)
};

/// The variance of an estimate, of its replicas, as few blocks show it: n / (n - 1) times that of the
/// replicas.
double variance(const Replicas&);

/// By how much the variance of a resampled quantile is too high, as a share of it. The replica's quantile is
/// the value d ranks away, and values of neighbouring ranks are about exponentially spaced: the squared
/// distance over d of them is d^2 + |d| for d^2, so that with d normal
///   E|d| / E d^2 = sqrt(2 / pi) / sd,   sd = n sqrt(p (1 - p) / effective) ranks
/// (of the order that Hall & Martin 1988 give). Percentiles of one estimate's replicas are right all the
/// same; those of a difference of two are as much too far out. Requires n, effective > 0.
double quantile_surplus(double n, double effective, double p);

/// The share of replicas that an interval leaves out at each end. Percentiles of replicas are too close when
/// there are few blocks; as far out as Student's t lies with a normal distribution in place of it, they are
/// not (Hesterberg 2015, "expanded percentile"):
///   Phi(-t sqrt(n / (n - 1) / (1 - missed))),   t = student_t(d, confidence).
/// The degrees of freedom d are those of a chi square that varies as much as the variance of n blocks with
/// excess kurtosis k does:
///   2 / d = 2 / (n - 1) + max(k, 0) / n;
/// of two estimates with their own variances, by Welch & Satterthwaite.
/// A quantile's surplus is taken off where both sides vary. Requires two blocks of each that has replicas.
double tail_share(const Replicas& a, const Replicas& b, double confidence = default_confidence);

/// So far from either end of the replicas (they are sorted). Absent where one is not a number. Requires one.
std::optional<Interval> between(std::span<double> replicas, double tail);

}  // namespace ridgeline::stats
