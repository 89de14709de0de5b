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
  double missed = 0;  ///< share of the variance that blocks miss (missed_variance() in block_bootstrap.h)
};

/// The variance of an estimate, of its replicas, as few blocks show it: n / (n - 1) times that of the
/// replicas.
double variance(const Replicas&);

/// The share of replicas that an interval leaves out at each end. Percentiles of replicas are too close when
/// there are few blocks; as far out as Student's t lies with a normal distribution in place of it, they are
/// not (Hesterberg 2015, "expanded percentile"):
///   Phi(-t sqrt(n / (n - 1) / (1 - missed))),   t = student_t(n - 1, confidence).
/// Of two estimates with their own variances, n - 1 are the degrees of freedom by Welch & Satterthwaite.
/// Requires two blocks of each that has replicas.
double tail_share(const Replicas& a, const Replicas& b, double confidence = default_confidence);

/// So far from either end of the replicas (they are sorted). Absent where one is not a number. Requires one.
std::optional<Interval> between(std::span<double> replicas, double tail);

}  // namespace ridgeline::stats
