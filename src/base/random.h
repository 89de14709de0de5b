#pragma once
// Randomness that is the same on every platform: one fixed generator, named streams, our own samplers.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/portable_math.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// A named stream derived from a seed (xoshiro256**, seeded by SplitMix64 over seed and an FNV-1a hash of the
/// name): adding a stream never disturbs another, and two systems under one seed see the same draws.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  std::uint64_t bits();
  /// Uniform on [0, 1): 53 bits.
  double uniform();
  /// Uniform on 0..n-1, without modulo bias. Requires n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Exponential with mean 1, by inverse CDF.
  double exponential();
  /// Standard normal, by inverse CDF (Acklam's rational approximation, relative error below 1.2e-9): one draw
  /// each.
  double normal();
  /// A gap of a Poisson process of this rate, rounded to the nearest nanosecond. Requires rate > 0.
  Nanoseconds exponential_gap(Hertz rate);

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace ridgeline
