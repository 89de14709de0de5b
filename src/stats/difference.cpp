#include "stats/difference.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "stats/boost_math.h"
#include "stats/distributions.h"

namespace ridgeline::stats {
namespace {

double spread(std::span<const double> values) {
  if (values.empty()) return 0;
  double mean = 0, squares = 0;
  const double n = static_cast<double>(values.size());
  for (const double x : values) mean += x / n;
  for (const double x : values) squares += (x - mean) * (x - mean) / n;
  return squares;
}

/// P(Z > z) of a standard normal.
double normal_above(double z) { return boost::math::erfc(z / 1.4142135623730951, BoostPolicy()) / 2; }

}  // namespace

double variance(const Replicas& r) {
  const double few = r.blocks > 1 ? static_cast<double>(r.blocks) / static_cast<double>(r.blocks - 1) : 1;
  return spread(r.values) * few / (1 - r.missed) / (1 + r.surplus);
}

double quantile_surplus(double n, double effective, double p) {
  constexpr double mean_of_normal = 0.7978845608028654;  // sqrt(2 / pi), of |Z|
  return mean_of_normal / (n * std::sqrt(p * (1 - p) / effective));
}

double tail_share(const Replicas& a, const Replicas& b, double confidence) {
  const double in_a = spread(a.values), in_b = spread(b.values), both = in_a + in_b;
  double inverse = 0, few = 0, missed = 0, surplus = 0;  // inverse of the degrees of freedom
  for (const auto& [part, of] : {std::pair(in_a, &a), std::pair(in_b, &b)}) {
    if (part <= 0) continue;
    assert(of->blocks > 1 && of->missed < 1);
    const double share = part / both;
    const double n = static_cast<double>(of->blocks);
    inverse += share * share * (1 / (n - 1) + std::max(of->excess_kurtosis, 0.0) / (2 * n));
    few += share * n / (n - 1);
    missed += share * of->missed;
    surplus += share * of->surplus;
  }
  if (inverse <= 0) return (1 - confidence) / 2;
  const double degrees = std::max(1.0, 1 / inverse);
  const double t = student_t(static_cast<std::uint64_t>(degrees), confidence);
  return normal_above(t * std::sqrt(few / (1 - missed) / (1 + surplus)));
}

std::optional<Interval> between(std::span<double> replicas, double tail) {
  assert(!replicas.empty());
  if (std::any_of(replicas.begin(), replicas.end(), [](double x) { return std::isnan(x); }))
    return std::nullopt;
  std::sort(replicas.begin(), replicas.end());
  const std::size_t n = replicas.size();
  const auto skip = std::min(static_cast<std::size_t>(tail * static_cast<double>(n)), (n - 1) / 2);
  return Interval{replicas[skip], replicas[n - 1 - skip]};
}

}  // namespace ridgeline::stats
