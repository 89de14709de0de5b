#include "base/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"

namespace ridgeline {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double relative(double value, double truth) {
  return truth == 0 ? std::fabs(value) : std::fabs(value / truth - 1);
}

// The C library is the oracle: within an ulp or so of the truth, though not the same everywhere.
TEST(PortableMath, AgreesWithTheLibraryToTheLastBits) {
  RandomStream stream(1, "arguments");
  for (int i = 0; i < 20000; ++i) {
    const double wide = std::exp(1400 * (stream.uniform() - 0.5)), small = std::exp(-40 * stream.uniform());
    EXPECT_LT(std::fabs(portable_log(wide) - std::log(wide)),
              1e-15 * std::max(1.0, std::fabs(std::log(wide))));
    EXPECT_LT(relative(portable_log(1 + small), std::log(1 + small)), 1e-15);
    const double x = 1380 * (stream.uniform() - 0.5);
    EXPECT_LT(relative(portable_exp(x), std::exp(x)), 1e-15) << x;
    EXPECT_LT(relative(portable_log1p(small), std::log1p(small)), 1e-15) << small;
    EXPECT_LT(relative(portable_log1p(-small / 2), std::log1p(-small / 2)), 1e-15) << small;
    EXPECT_LT(relative(portable_expm1(small), std::expm1(small)), 1e-15) << small;
    EXPECT_LT(relative(portable_expm1(-small), std::expm1(-small)), 1e-15) << small;
    EXPECT_LT(relative(portable_cbrt(wide), std::cbrt(wide)), 1e-15) << wide;
    const double base = std::exp(20 * (stream.uniform() - 0.5)), power = 10 * (stream.uniform() - 0.5);
    const double bound = 1e-15 * (1 + std::fabs(power * std::log(base)));
    EXPECT_LT(relative(portable_pow(base, power), std::pow(base, power)), bound) << base << "^" << power;
    EXPECT_LT(std::fabs(portable_log2(wide) - std::log2(wide)),
              1e-15 * std::max(1.0, std::fabs(std::log2(wide))));
  }
}

TEST(PortableMath, MeetsTheEndsOfTheRangeAsTheLibraryDoes) {
  for (const double x : {0.0, 5e-324, 1e-310, infinity}) EXPECT_DOUBLE_EQ(portable_log(x), std::log(x)) << x;
  for (const double x : {-1e300, -746.5, -745.0, -720.0, 709.7, 710.0, 1e300, infinity, -infinity})
    EXPECT_DOUBLE_EQ(portable_exp(x), std::exp(x)) << x;
  for (const double x : {0.0, 0.5, 1.0, 7.0, infinity}) {
    for (const double y : {-2.0, 0.0, 0.5, 3.0})
      EXPECT_DOUBLE_EQ(portable_pow(x, y), std::pow(x, y)) << x << "^" << y;
  }
  EXPECT_TRUE(std::isnan(portable_log(-1)));
  for (const double value : {portable_log(nan), portable_exp(nan), portable_log1p(nan), portable_expm1(nan),
                             portable_pow(nan, 2), portable_log2(nan), portable_cbrt(nan)})
    EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(portable_log1p(infinity), infinity);
  EXPECT_EQ(portable_expm1(-infinity), -1);
  EXPECT_EQ(portable_cbrt(-27), -3);
  EXPECT_EQ(portable_cbrt(0), 0);
}

TEST(PortableMath, IsExactAtPowers) {
  for (int k = -1022; k < 1024; ++k) EXPECT_EQ(portable_log2(std::ldexp(1, k)), k);
  EXPECT_EQ(power_of_ten(0), 1);
  EXPECT_EQ(power_of_ten(22), 1e22);
  EXPECT_EQ(power_of_ten(-22), 1e-22);
  for (int n = -300; n <= 300; ++n) {
    const double power = power_of_ten(n);
    EXPECT_EQ(decade(power), n);
    EXPECT_EQ(decade(-power), n);
    EXPECT_EQ(decade(std::nextafter(power, 0)), n - 1);
  }
}

// The same bits on every platform: those that this algorithm has given on x86-64 and in WebAssembly.
TEST(PortableMath, GivesTheSameBitsEverywhere) {
  RandomStream stream(1, "bits");
  std::uint64_t sum = 0;
  const auto add = [&sum](double x) { sum = sum * 31 + __builtin_bit_cast(std::uint64_t, x); };
  for (int i = 0; i < 1000; ++i) {
    const double u = stream.uniform();
    for (const double x : {portable_log(u), portable_exp(9 * u), portable_log1p(u), portable_expm1(u / 4),
                           portable_pow(7 * u, 3 * u), portable_log2(u), portable_cbrt(u)})
      add(x);
  }
  EXPECT_EQ(sum, 3104979642797463508U);
}

}  // namespace
}  // namespace ridgeline
