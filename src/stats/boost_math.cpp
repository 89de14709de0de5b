#include "stats/boost_math.h"

#include <cmath>

namespace ridgeline::stats::boosted {
namespace {

constexpr double half_pi = 1.5707963267948966;

/// sum of (-x^2)^i first / ((k+1)(k+2)...(k+2i)) from i = 0: the sine and cosine series.
double alternating_series(double x, double first, double k) {
  double term = first, sum = first;
  for (int i = 0; i < 20; ++i, k += 2) {  // pi^41 / 41! is below the last bit
    term *= -x * x / ((k + 1) * (k + 2));
    sum += term;
  }
  return sum;
}

}  // namespace

double sin(double x) { return alternating_series(x, x, 1); }
double cos(double x) { return alternating_series(x, 1, 0); }

double asin(double x) {
  if (!(std::abs(x) < 1)) return std::copysign(half_pi, x);
  // Half the angle until its tangent is below 0.1, where the series ends soon.
  double tangent = x / std::sqrt((1 - x) * (1 + x)), halvings = 1;
  for (; std::abs(tangent) > 0.1; halvings *= 2) tangent /= 1 + std::sqrt(1 + tangent * tangent);
  double sum = 0;
  for (int n = 17; n >= 1; n -= 2) sum = 1.0 / n - tangent * tangent * sum;
  return halvings * tangent * sum;
}
double acos(double x) { return half_pi - asin(x); }

}  // namespace ridgeline::stats::boosted
