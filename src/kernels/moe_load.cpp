#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

/// Expert loads that fall as x^-a on [1, largest].
struct PowerLaw {
  double a = 0, largest = 0, mean = 0, variation = 0;  ///< variation: variance / mean^2

  PowerLaw(double exponent, double most) : a(exponent), largest(most) {
    const double norm = (1 - portable_pow(largest, 1 - a)) / (a - 1);
    mean = (portable_pow(largest, 2 - a) - 1) / (2 - a) / norm;
    const double square = (portable_pow(largest, 3 - a) - 1) / (3 - a) / norm;
    variation = std::max(square / (mean * mean) - 1, 0.0);
  }
  /// Share of experts whose load is above x >= 1.
  double share_above(double x) const {
    return 1 - (1 - portable_pow(x, 1 - a)) / (1 - portable_pow(largest, 1 - a));
  }
};

/// Load of the busiest rank in means: a Cornish-Fisher quantile of the sum of its experts.
double imbalance(const MoeShape& shape, const PowerLaw& law, double local) {
  const double ranks = shape.expert_parallel;
  if (ranks <= 1) return 1;
  const double z = std::sqrt(2 * portable_log(ranks)) - 0.6, spread = std::sqrt(law.variation / local);
  const double skew = ranks > 2 ? spread * spread * (z * z - 1) / 4 : 0;
  const double most = std::min(ranks, ranks * std::min(shape.top_k, local) / shape.top_k);
  return std::max(1.0, std::min(1 + spread * z + skew, most));
}

MoeLoad skewed_load(const MoeShape& shape, double pairs, double local) {
  const PowerLaw law(shape.exponent, pairs > shape.experts ? std::max(0.8 * shape.tokens, 1.5) : 200);
  const double excess = imbalance(shape, law, local);
  MoeLoad load;
  if (pairs <= shape.experts) {
    load.experts = std::min(
        std::max(pairs / shape.expert_parallel * excess, std::min(shape.least_experts, local)), local);
  } else {
    const double half_a_token = std::max(0.5 * shape.experts * law.mean / pairs, 1.0);
    const double busy = std::max(law.share_above(half_a_token), 1 / shape.experts);
    load.experts = std::max(1.0, std::min(local * std::min(1.0, busy * portable_pow(excess, 1.5)), local));
  }
  load.pairs = std::max({pairs / shape.expert_parallel * excess, 1.0, load.experts});
  return load;
}

}  // namespace

MoeLoad moe_load(const MoeShape& shape) {
  const double pairs = shape.tokens * shape.top_k, local = shape.experts / shape.expert_parallel;
  if (shape.routing == Routing::power_law) return skewed_load(shape, pairs, local);
  MoeLoad load;
  load.pairs = std::max(pairs / shape.expert_parallel, 1.0);
  if (shape.routing == Routing::balanced) {
    load.experts = std::max(1.0, std::min(std::ceil(pairs / shape.expert_parallel), local));
  } else {
    const double idle = portable_pow(1 - std::min(shape.top_k / shape.experts, 1.0), shape.tokens);
    load.experts = std::max(1.0, local * (1 - idle));
  }
  load.experts = std::min(load.experts, load.pairs);
  return load;
}

}  // namespace ridgeline
