#include "stats/block_bootstrap.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::stats {
namespace {

constexpr std::size_t starts_per_block = 8;

}  // namespace

BlockPlan plan_blocks(std::size_t n, double length) {
  assert(n > 0 && length >= 1);
  const double longest = std::min(length, static_cast<double>(n));
  BlockPlan plan;
  plan.size = n;
  plan.unit =
      std::max((n + most_units - 1) / most_units, static_cast<std::size_t>(longest) / starts_per_block);
  plan.unit = std::max<std::size_t>(plan.unit, 1);
  plan.units = (n + plan.unit - 1) / plan.unit;
  const auto per_block = static_cast<std::size_t>(longest / static_cast<double>(plan.unit) + 0.5);
  plan.units_per_block = std::clamp<std::size_t>(per_block, 1, plan.units);
  return plan;
}

double block_length(std::size_t n, double inflation) {
  assert(inflation >= 1);
  const double surplus = inflation - 1 / inflation;
  return std::max(1.0, portable_cbrt(0.375 * surplus * surplus * static_cast<double>(n)));
}

double missed_variance(std::size_t block, double inflation) {
  assert(block > 0 && inflation >= 1);
  return std::min(0.5, (inflation - 1 / inflation) / (2 * static_cast<double>(block)));
}

double excess_kurtosis(std::span<const double> of_units, const BlockPlan& plan) {
  assert(of_units.size() == plan.units);
  double block = 0, squares = 0, fourths = 0;
  for (std::size_t i = 0; i < plan.units_per_block; ++i) block += of_units[i];
  for (std::size_t first = 0; first < plan.units; ++first) {
    squares += block * block;
    fourths += block * block * block * block;
    block += of_units[(first + plan.units_per_block) % plan.units] - of_units[first];
  }
  return squares > 0 ? static_cast<double>(plan.units) * fourths / (squares * squares) - 3 : 0;
}

BlockDraws::BlockDraws(const BlockPlan& plan, std::uint64_t seed, std::string_view name)
    : plan_(plan), stream_(seed, name), times_(plan.units) {}

std::span<const double> BlockDraws::next() {
  std::fill(times_.begin(), times_.end(), 0.0);
  const std::uint64_t units = plan_.units;
  std::uint64_t word = 0;
  for (std::size_t block = 0; block < plan_.blocks(); ++block) {
    // Two starts a word: 32 bits times at most 1000 units favour none by more than one part in a million.
    word = block % 2 == 0 ? stream_.bits() : word << 32;
    std::size_t at = static_cast<std::size_t>(((word >> 32) * units) >> 32);
    for (std::size_t i = 0; i < plan_.units_per_block; ++i) {
      times_[at] += 1;
      if (++at == plan_.units) at = 0;
    }
  }
  return times_;
}

}  // namespace ridgeline::stats
