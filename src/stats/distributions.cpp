#include "stats/distributions.h"

#include <cassert>

#include "stats/boost_math.h"

namespace ridgeline::stats {
namespace {

double incomplete_beta(std::uint64_t a, std::uint64_t b, double x) {
  return boost::math::ibeta(static_cast<double>(a), static_cast<double>(b), x, BoostPolicy());
}

}  // namespace

double binomial_cdf(std::uint64_t k, std::uint64_t n, double p) {
  assert(p > 0 && p < 1);
  return k >= n ? 1.0 : incomplete_beta(n - k, k + 1, 1.0 - p);
}

double binomial_upper_tail(std::uint64_t k, std::uint64_t n, double p) {
  assert(p > 0 && p < 1);
  if (k == 0) return 1.0;
  return k > n ? 0.0 : incomplete_beta(k, n - k + 1, p);
}

double student_t(std::uint64_t degrees, double confidence) {
  assert(degrees >= 1 && confidence > 0 && confidence < 1);
  const boost::math::students_t_distribution<double, BoostPolicy> t(static_cast<double>(degrees));
  return boost::math::quantile(boost::math::complement(t, (1.0 - confidence) / 2.0));
}

}  // namespace ridgeline::stats
