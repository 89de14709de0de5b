#include "base/portable_math.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ridgeline {
namespace {

// __builtin_bit_cast rather than std::bit_cast: the oldest libc++ we build for lacks the latter.
double from_bits(std::uint64_t bits) { return __builtin_bit_cast(double, bits); }
std::uint64_t to_bits(double x) { return __builtin_bit_cast(std::uint64_t, x); }

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double ln2_high =
    6.93147180369123816490e-01;  // the leading 33 bits of ln 2: exact times small integers
constexpr double ln2_low = 1.90821492927058770002e-10;
constexpr double log2_e = 1.4426950408889634, log10_e = 0.4342944819032518;

/// exp(r) - 1 for |r| <= 0.35, by Taylor's series: r^15/15! is below the last bit.
double short_expm1(double r) {
  constexpr auto inverse_factorials = [] {
    std::array<double, 15> result{};
    double factorial = 1;
    for (unsigned n = 1; n < result.size(); ++n) result[n] = 1 / (factorial *= n);
    return result;
  }();
  double sum = 0;
  for (std::size_t n = inverse_factorials.size() - 1; n >= 2; --n) sum = sum * r + inverse_factorials[n];
  return r + r * r * sum;
}

/// 2^k for -1022 <= k <= 1023.
double power_of_two(int k) { return from_bits(static_cast<std::uint64_t>(k + 1023) << 52); }

}  // namespace

double portable_log(double x) {
  if (!(x > 0) || x == infinity) return x == 0 ? -infinity : x == infinity ? x : not_a_number;
  int exponent = 0;
  if (x < 2.2250738585072014e-308) {  // subnormal: scale into range
    x *= 18014398509481984.0;         // 2^54
    exponent = -54;
  }
  std::uint64_t bits = to_bits(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = from_bits((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);  // [1, 2)
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.1716: s^25 is below the last bit.
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  const double s2 = s * s;
  double sum = 0.0;
  for (int n = 23; n >= 3; n -= 2) sum = (sum + 1.0 / n) * s2;
  const double k = exponent;
  return k * ln2_high + (2.0 * s + (2.0 * s * sum + k * ln2_low));
}

double portable_exp(double x) {
  if (!(x < 710)) return x >= 710 ? infinity : x;
  if (x < -746) return 0;
  const int k = static_cast<int>(x * log2_e + (x >= 0 ? 0.5 : -0.5));
  const double value = 1 + short_expm1((x - k * ln2_high) - k * ln2_low);
  // In two steps, neither of which leaves the range of exponents.
  return value * power_of_two(k / 2) * power_of_two(k - k / 2);
}

double portable_log1p(double x) {
  const double u = 1 + x;
  if (u == 1 || x == infinity) return x;
  return portable_log(u) * (x / (u - 1));  // W. Kahan: the quotient undoes the rounding of 1 + x
}

double portable_expm1(double x) { return std::abs(x) < 0.35 ? short_expm1(x) : portable_exp(x) - 1; }

double portable_pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  return portable_exp(y * portable_log(x));
}

double portable_log2(double x) {
  if (!(x > 0) || x == infinity) return portable_log(x);
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);  // [0.5, 1)
  return exponent - 1 + log2_e * portable_log(2 * mantissa);
}

double portable_cbrt(double x) {
  const double size = std::abs(x);
  if (!(size > 0) || size == infinity) return x;
  const double root = portable_exp(portable_log(size) / 3);
  return std::copysign(root - (root - size / (root * root)) / 3, x);  // a step of Newton's
}

double power_of_ten(int n) {
  double power = 1;
  for (int i = 0; i < std::abs(n) && power < infinity; ++i) power *= 10;
  return n < 0 ? 1 / power : power;
}

int decade(double x) {
  const double size = std::abs(x);
  int n = static_cast<int>(std::floor(portable_log(size) * log10_e));
  while (power_of_ten(n) > size) --n;
  while (power_of_ten(n + 1) <= size) ++n;
  return n;
}

}  // namespace ridgeline
