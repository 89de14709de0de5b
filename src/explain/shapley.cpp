#include "explain/shapley.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/random.h"

namespace ridgeline::explain {
namespace {

/// weight[s] = s! (n - s - 1)! / n!, of a coalition of s others.
std::vector<double> weights_of(unsigned n) {
  std::vector<double> weights(n);
  for (unsigned s = 0; s < n; ++s) {
    double weight = 1.0 / n;  // over binomial(n - 1, s)
    for (unsigned k = 1; k <= s; ++k) weight *= static_cast<double>(k) / (n - k);
    weights[s] = weight;
  }
  return weights;
}

void close(std::vector<Share>& shares, double whole) {
  if (shares.empty()) return;
  double sum = 0;
  for (const Share& share : shares) sum += share.value;
  const auto largest = std::max_element(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
    return std::abs(a.value) < std::abs(b.value);
  });
  largest->value += whole - sum;
}

}  // namespace

std::vector<Share> shapley(unsigned n, const CoalitionValue& value) {
  assert(n <= 20);
  std::vector<double> values(std::size_t{1} << n);
  for (std::size_t set = 0; set < values.size(); ++set) values[set] = value(static_cast<std::uint32_t>(set));
  const std::vector<double> weights = weights_of(n);
  std::vector<Share> shares(n);
  for (unsigned player = 0; player < n; ++player) {
    const std::size_t bit = std::size_t{1} << player;
    for (std::size_t set = 0; set < values.size(); ++set) {
      if ((set & bit) != 0) continue;
      shares[player].value += (values[set | bit] - values[set]) * weights[std::popcount(set)];
    }
  }
  close(shares, values.back() - values.front());
  return shares;
}

std::vector<Share> sampled_shapley(unsigned n, const CoalitionValue& value, std::uint32_t pairs,
                                   std::uint64_t seed) {
  assert(n <= 32 && pairs >= 2);
  std::unordered_map<std::uint32_t, double> known;
  const auto value_of = [&](std::uint32_t set) {
    const auto [at, fresh] = known.try_emplace(set, 0.0);
    if (fresh) at->second = value(set);
    return at->second;
  };
  RandomStream random(seed, "shapley");
  std::vector<unsigned> order(n);
  std::iota(order.begin(), order.end(), 0U);
  std::vector<double> mean(n), squares(n), gain(n);
  for (std::uint32_t pair = 1; pair <= pairs; ++pair) {
    for (unsigned i = n; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    std::fill(gain.begin(), gain.end(), 0);
    for (int direction = 0; direction < 2; ++direction) {
      std::uint32_t set = 0;
      double before = value_of(set);
      for (const unsigned player : order) {
        set |= std::uint32_t{1} << player;
        const double after = value_of(set);
        gain[player] += (after - before) / 2;
        before = after;
      }
      std::reverse(order.begin(), order.end());
    }
    for (unsigned i = 0; i < n; ++i) {  // Welford
      const double deviation = gain[i] - mean[i];
      mean[i] += deviation / pair;
      squares[i] += deviation * (gain[i] - mean[i]);
    }
  }
  std::vector<Share> shares(n);
  for (unsigned i = 0; i < n; ++i) {
    shares[i] = {mean[i], 1.96 * std::sqrt(squares[i] / (pairs - 1.0) / pairs)};
  }
  const std::uint32_t all = n == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << n) - 1;
  close(shares, value_of(all) - value_of(0));
  return shares;
}

}  // namespace ridgeline::explain
