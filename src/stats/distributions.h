#pragma once
// The two distributions that intervals rest on, from Boost.Math's incomplete beta and Student's t.

#include <cstdint>

namespace ridgeline::stats {

/// P(X <= k) for X ~ Binomial(n, p): I_{1-p}(n-k, k+1). Requires 0 < p < 1; any k (1 when k >= n).
double binomial_cdf(std::uint64_t k, std::uint64_t n, double p);

/// P(X >= k) for X ~ Binomial(n, p): I_p(k, n-k+1). Requires 0 < p < 1; any k (0 when k > n).
/// Not computed as a difference from one, so that small tails keep their digits.
double binomial_upper_tail(std::uint64_t k, std::uint64_t n, double p);

/// t with P(|T| <= t) = confidence for Student's T. Requires degrees >= 1 and 0 < confidence < 1.
double student_t(std::uint64_t degrees, double confidence);

}  // namespace ridgeline::stats
