#pragma once
// The elementary functions from IEEE additions, multiplications, divisions and square roots only. C libraries
// differ in the last bit (one even between processors with and without fused multiply-add), so what must be
// the same natively and in WebAssembly uses none of theirs: tests/portable_math.py holds the portable layers
// to that. std::sqrt, std::abs and rounding to whole numbers are exact everywhere.
//
// NaN gives NaN, and infinities what <cmath> gives.

namespace ridgeline {

/// Natural logarithm; relative error below 1e-15 for the arguments that samplers use. NaN below 0.
double portable_log(double x);
/// Relative error below 2e-15; results below the least normal number are less exact.
double portable_exp(double x);

/// log(1 + x) and exp(x) - 1, without loss for small x; relative error below 5e-15.
double portable_log1p(double x);
double portable_expm1(double x);

/// x^y for x >= 0 (NaN below); relative error below 3e-15 (1 + |y log x|).
double portable_pow(double x, double y);
double portable_log2(double x);  ///< exact at powers of 2
double portable_cbrt(double x);  ///< relative error below 1e-15

/// 10^n; the nearest double for |n| <= 22. 0 or infinite beyond the range of doubles.
double power_of_ten(int n);
/// The whole n with 10^n <= |x| < 10^(n+1), powers as power_of_ten() gives them. Requires x finite and not 0.
int decade(double x);

}  // namespace ridgeline
