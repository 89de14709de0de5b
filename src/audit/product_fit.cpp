#include "audit/product_fit.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::audit {
namespace {

/// The compute time that, overlapped in part with this memory time, takes `all`; no less than at the peak.
double compute_part(double all, double memory, double at_peak) {
  const double ratio = memory / all, square = ratio * ratio;
  const double left = 1 - square * square;
  return std::max(at_peak, left > 0 ? all * std::sqrt(std::sqrt(left)) : 0);
}

/// slope x + start, neither negative.
struct Line {
  double slope = 0, start = 0;
};

struct Point {
  double x = 0, y = 0;
};

/// Least squares of (slope x + start) / y - 1.
Line fit_line(const std::vector<Point>& points) {
  double uu = 0, uv = 0, vv = 0, u = 0, v = 0;  // u = x / y, v = 1 / y
  for (const Point& p : points) {
    const double a = p.x / p.y, b = 1 / p.y;
    uu += a * a;
    uv += a * b;
    vv += b * b;
    u += a;
    v += b;
  }
  const double determinant = uu * vv - uv * uv;
  const double start = determinant > 0 ? (uu * v - uv * u) / determinant : 0;
  if (start <= 0) return {u / uu, 0};
  return {(u - uv * start) / uu, start};
}

}  // namespace

ProductFit fit_products(const std::vector<TimedProduct>& products, Flops of_one_row, Bytes weights,
                        FlopsPerSecond peak, BytesPerSecond bandwidth) {
  ProductFit fit;
  double memory = weights.value() / bandwidth.value();
  if (products.front().rows == 1) {
    fit.memory_share = std::min(1.0, memory / products.front().time.value());
    memory /= fit.memory_share;
  }
  const double row_at_peak = of_one_row.value() / peak.value();
  std::vector<Point> packed;
  double few = 0;  // compute time a row of the largest product that is not packed
  for (const TimedProduct& product : products) {
    const double compute = compute_part(product.time.value(), memory, product.rows * row_at_peak);
    if (product.rows > few_rows) {
      packed.push_back({product.rows, compute});
    } else if (product.rows > 1) {
      few = compute / product.rows;
    }
  }
  Line line = fit_line(packed);
  if (line.slope < row_at_peak) {  // the roof holds: what is slower than it is the packing
    line.slope = row_at_peak;
    double rest = 0, weight = 0;
    for (const Point& p : packed) {
      rest += (p.y - line.slope * p.x) / (p.y * p.y);
      weight += 1 / (p.y * p.y);
    }
    line.start = std::max(0.0, rest / weight);
  }
  fit.efficiency = row_at_peak / line.slope;
  fit.half_rows = line.start / line.slope;
  if (few > 0) fit.few_share = std::min(1.0, line.slope / few);
  return fit;
}

}  // namespace ridgeline::audit
