#include "load/samplers.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ridgeline::load {

double sample_gamma(RandomStream& stream, double shape) {
  assert(shape > 0);
  if (shape < 1) {
    // G(a) = G(a + 1) U^(1/a). The power may underflow for tiny shapes: such a gap is zero.
    const double whole = sample_gamma(stream, shape + 1);
    const double exponent = -stream.exponential() / shape;
    return exponent > -690 ? whole * portable_exp(exponent) : 0.0;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = stream.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (-stream.exponential() < 0.5 * x * x + d * (1 - v + portable_log(v))) return d * v;
  }
}

double sample_lognormal(RandomStream& stream, double mean, double cv) {
  assert(mean > 0 && cv >= 0);
  const double variance = portable_log(1 + cv * cv);
  const double exponent = portable_log(mean) - variance / 2 + std::sqrt(variance) * stream.normal();
  return portable_exp(std::clamp(exponent, -690.0, 690.0));
}

double sine_of_turns(double x) {
  x -= std::floor(x);  // [0, 1)
  double sign = 1;
  if (x >= 0.5) {
    x -= 0.5;
    sign = -1;
  }
  if (x > 0.25) x = 0.5 - x;
  const double radians = x * 6.283185307179586477, square = radians * radians;  // at most pi / 2
  double sum = 1;
  for (int n = 20; n >= 2; n -= 2) sum = 1 - sum * square / (n * (n + 1));
  return sign * radians * sum;
}

}  // namespace ridgeline::load
