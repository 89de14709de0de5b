#include "base/random.h"

#include <bit>
#include <cassert>
#include <cmath>

#include "base/hash.h"

namespace ridgeline {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : state_{} {
  std::uint64_t mixer = seed ^ fnv1a(name);
  for (auto& word : state_) word = split_mix(mixer);
}

std::uint64_t RandomStream::bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double RandomStream::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

std::uint64_t RandomStream::below(std::uint64_t n) {
  assert(n > 0);
  const std::uint64_t limit = -n % n;  // 2^64 mod n: the words below it would favour small results
  std::uint64_t word = bits();
  while (word < limit) word = bits();
  return word % n;
}

double RandomStream::exponential() { return -portable_log(1.0 - uniform()); }

double RandomStream::normal() {
  // P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
  static constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                                 1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  static constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                                 6.680131188771972e+01, -1.328068155288572e+01};
  static constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                                 -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  static constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                 3.754408661907416e+00};
  const double p = uniform() + 0x1p-54;  // never 0
  const auto tail = [](double probability) {
    // sqrt is correctly rounded everywhere; only log needs our own.
    const double q = std::sqrt(-2.0 * portable_log(probability));
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
           ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1.0);
  };
  constexpr double p_low = 0.02425;
  if (p < p_low) return tail(p);
  if (p > 1.0 - p_low) return -tail(1.0 - p);
  const double q = p - 0.5;
  const double r = q * q;
  return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
         (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1.0);
}

Nanoseconds RandomStream::exponential_gap(Hertz rate) {
  assert(rate.value() > 0);
  return to_nanoseconds(Seconds(exponential() / rate.value()));
}

}  // namespace ridgeline
