#pragma once
// What libstdc++ makes of std::mt19937, written out: LoadGen's sample order depends on it, and the C++
// standard leaves it open.

#include <cstdint>
#include <random>
#include <vector>

namespace ridgeline::load {

/// LoadGen's seeds have 64 bits; the generator takes 32.
std::mt19937 loadgen_generator(std::uint64_t seed);

/// Uniform on 0..n-1 (Lemire's multiplication). Requires 0 < n < 2^32.
std::uint32_t loadgen_below(std::mt19937&, std::uint32_t n);

/// 0..n-1 shuffled, two positions to a draw. Requires n <= 65536, above which libstdc++ uses a draw each.
std::vector<std::uint32_t> loadgen_shuffle(std::mt19937&, std::uint32_t n);

}  // namespace ridgeline::load
