#pragma once
// What a mean and a standard deviation say of the tail: under an assumed distribution, or under none.

#include <cstdint>

namespace ridgeline::stats {

/// Of any positive quantity, in its own unit. Functions below require mean > 0 and sd >= 0.
struct Moments {
  double mean = 0, sd = 0;
};

/// z with P(Z <= z) = p for a standard normal Z; upper: P(Z > z) = p, which keeps its digits for small p.
/// Requires 0 < p < 1.
double normal_quantile(double p);
double normal_upper_quantile(double p);

/// Quantiles by what is beyond them, so that P99.9999999 keeps its digits: P(X > value) = beyond.
/// Normal: mean + z sd. Lognormal with the same mean and sd: exp(m + s z), where
///   s^2 = ln(1 + (sd / mean)^2),   m = ln(mean) - s^2 / 2.
/// Requires 0 < beyond < 1.
double normal_tail(Moments, double beyond);
double lognormal_tail(Moments, double beyond);

/// No distribution with these moments has a quantile above mean + sd sqrt((1 - beyond) / beyond) (Cantelli).
double cantelli_tail(Moments, double beyond);
/// The looser bound from both tails together: mean + sd / sqrt(beyond) (Chebyshev).
double chebyshev_tail(Moments, double beyond);

/// The mean of the greatest of n independent draws: the integral of x n f(x) F(x)^(n-1), by the trapezoidal
/// rule in z, which for such integrands is exact to about 1e-12. Requires n >= 1.
double expected_greatest_normal(Moments, std::uint64_t n);
double expected_greatest_lognormal(Moments, std::uint64_t n);

}  // namespace ridgeline::stats
