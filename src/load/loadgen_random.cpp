#include "load/loadgen_random.h"

#include <cassert>
#include <numeric>
#include <utility>

namespace ridgeline::load {

std::mt19937 loadgen_generator(std::uint64_t seed) {
  return std::mt19937(static_cast<std::mt19937::result_type>(seed & 0xffffffffU));
}

std::uint32_t loadgen_below(std::mt19937& words, std::uint32_t n) {
  assert(n > 0);
  const std::uint32_t unfair = (0U - n) % n;  // 2^32 mod n: so many low halves come once too often
  for (;;) {
    const std::uint64_t product = std::uint64_t{static_cast<std::uint32_t>(words())} * n;
    if (static_cast<std::uint32_t>(product) >= unfair) return static_cast<std::uint32_t>(product >> 32);
  }
}

std::vector<std::uint32_t> loadgen_shuffle(std::mt19937& words, std::uint32_t n) {
  assert(n <= 65'536);
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  std::uint32_t i = 1;
  // An even count leaves an odd number of positions to draw: the first alone, then pairs.
  if (n % 2 == 0 && n > 0) std::swap(order[i++], order[loadgen_below(words, 2)]);
  for (; i + 1 < n; i += 2) {
    const std::uint32_t draw = loadgen_below(words, (i + 1) * (i + 2));
    std::swap(order[i], order[draw / (i + 2)]);
    std::swap(order[i + 1], order[draw % (i + 2)]);
  }
  return order;
}

}  // namespace ridgeline::load
