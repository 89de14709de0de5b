#pragma once
// Shapley values (Shapley 1953): what each of n players adds, averaged over every order of joining.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace ridgeline::explain {

/// The value of a coalition; bit i is player i.
using CoalitionValue = std::function<double(std::uint32_t)>;

struct Share {
  double value = 0;
  std::optional<double> error{};  ///< half the 95 % interval; exact without
};

/// From all 2^n coalitions. The shares sum to value(all) - value(none); what rounding leaves is given to the
/// largest. Requires n <= 20.
std::vector<Share> shapley(unsigned n, const CoalitionValue& value);

/// From random orders, each with its reverse (antithetic): every order's gains telescope, so the shares sum
/// like the exact ones. The error is that of the mean of the pairs. Requires n <= 32, 2 pairs or more.
std::vector<Share> sampled_shapley(unsigned n, const CoalitionValue& value, std::uint32_t pairs,
                                   std::uint64_t seed);

}  // namespace ridgeline::explain
