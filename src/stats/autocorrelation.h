#pragma once
// Percentile intervals for series whose neighbours depend on each other, as queueing latencies do.
// Percentiles of n dependent samples are as uncertain as those of fewer independent ones: the effective
// sample size.

#include <cstddef>
#include <optional>
#include <span>

#include "stats/quantile.h"

namespace ridgeline::stats {

/// The effective size of a stationary series, in time order, for the quantile whose estimate is `threshold`:
///   n / (1 + 2 sum_k rho_k),   rho_k the autocorrelation of the indicators x_i > threshold,
/// with the sum by Geyer's initial monotone sequence: pairs rho_2m + rho_2m+1 while they are positive, none
/// counted above the one before it. Never more than n: luck below independence is not taken as knowledge.
/// n when no sample is above the threshold, or all. Time: n / 64 times the lags that count; whoever has no
/// use for a size below `least` says so, and the lags that would only lower it further are left out.
double effective_size(std::span<const double> series, double threshold, double least = 0);

/// So many of the series that came one after the other, and how many of them are above the threshold.
struct Exceedances {
  double samples = 0, above = 0;
};
/// The same from consecutive stretches that are long against the dependence, where nothing else was kept: the
/// size whose independent samples would spread as the stretches do, with f the share above,
///   f (1 - f) / var,   var = B / (B - 1) sum_b (above_b - f samples_b)^2 / n^2,
/// less the factor (z / t)^2 by which Student's interval over B stretches is wider than a normal one. 0 below
/// two stretches with samples.
double effective_size(std::span<const Exceedances> stretches);

/// Effective samples that must lie on either side of a quantile. Where fewer do, the effective size, which is
/// estimated from them, is itself too uncertain: intervals for waits of a queue then miss far too often.
constexpr double least_effective_beyond = 10;
/// The effective size that a quantile then needs.
double least_effective(double p);

/// quantile_ranks() of so many effective samples, as ranks of the n that there are (outwards where they do
/// not fall on one). Requires effective <= n. Absent when fewer than least_effective_beyond lie on a side.
std::optional<RankInterval> dependent_quantile_ranks(std::size_t n, double effective, double p,
                                                     double confidence = default_confidence);

}  // namespace ridgeline::stats
