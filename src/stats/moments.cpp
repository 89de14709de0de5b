#include "stats/moments.h"

#include <cassert>
#include <cmath>

#include "base/portable_math.h"
#include "stats/boost_math.h"

namespace ridgeline::stats {
namespace {

constexpr double sqrt_2 = 1.4142135623730951, inverse_sqrt_2pi = 0.3989422804014327;

/// Of the logarithm.
struct LogMoments {
  double mean, sd;
};

LogMoments log_moments(Moments x) {
  const double cv = x.sd / x.mean;
  const double variance = portable_log1p(cv * cv);
  return {portable_log(x.mean) - variance / 2, std::sqrt(variance)};
}

/// Density at z of the greatest of n standard normals.
double greatest_density(double z, double n) {
  const double above = boost::math::erfc(z / sqrt_2, BoostPolicy()) / 2;
  if (above >= 1) return 0;
  return n * inverse_sqrt_2pi * portable_exp(-z * z / 2 + (n - 1) * portable_log1p(-above));
}

/// The mean of value(Z) for Z the greatest of n standard normals. Beyond |z| = 40 the density is 0.
template <class Value>
double mean_over_greatest(std::uint64_t n, Value value) {
  constexpr int steps_per_unit = 64, reach = 40;
  double sum = 0;
  for (int i = -reach * steps_per_unit; i <= reach * steps_per_unit; ++i) {
    const double z = static_cast<double>(i) / steps_per_unit;
    const double density = greatest_density(z, static_cast<double>(n));
    if (density > 0) sum += value(z) * density;
  }
  return sum / steps_per_unit;
}

}  // namespace

double normal_upper_quantile(double p) {
  assert(p > 0 && p < 1);
  return sqrt_2 * boost::math::erfc_inv(2 * p, BoostPolicy());
}
double normal_quantile(double p) { return -normal_upper_quantile(p); }

double normal_tail(Moments x, double beyond) { return x.mean + x.sd * normal_upper_quantile(beyond); }

double lognormal_tail(Moments x, double beyond) {
  const LogMoments log = log_moments(x);
  return portable_exp(log.mean + log.sd * normal_upper_quantile(beyond));
}

double cantelli_tail(Moments x, double beyond) { return x.mean + x.sd * std::sqrt((1 - beyond) / beyond); }
double chebyshev_tail(Moments x, double beyond) { return x.mean + x.sd / std::sqrt(beyond); }

double expected_greatest_normal(Moments x, std::uint64_t n) {
  return x.mean + x.sd * mean_over_greatest(n, [](double z) { return z; });
}

double expected_greatest_lognormal(Moments x, std::uint64_t n) {
  const LogMoments log = log_moments(x);
  return mean_over_greatest(n, [log](double z) { return portable_exp(log.mean + log.sd * z); });
}

}  // namespace ridgeline::stats
