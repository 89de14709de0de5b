#include "versus/shared_error.h"

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "engine/interval_90.h"
#include "ridgeline/calibration.h"

namespace ridgeline::versus {
namespace {

constexpr std::array<double Slowdown::*, 4> resources{&Slowdown::compute, &Slowdown::memory,
                                                      &Slowdown::network, &Slowdown::overhead};

}  // namespace

bool share_errors(const mission::Deployment& a, const mission::Deployment& b) {
  const auto all = coefficients();
  const Calibration &x = a.calibration, &y = b.calibration;
  return !a.hardware->generation.empty() && a.hardware->generation == b.hardware->generation &&
         x.kind == CalibrationKind::fitted && y.kind == CalibrationKind::fitted && x.spread > 0 &&
         y.spread > 0 &&
         std::all_of(all.begin(), all.end(), [&](const Coefficient& c) { return c.get(x) == c.get(y); });
}

Result<SharedErrors> SharedErrors::make(const std::array<const VersusSide*, 2>& sides,
                                        const std::array<const Point*, 2>& points) {
  SharedErrors errors;
  errors.sides_ = sides;
  const double spread =
      std::max(points[0]->deployment.calibration.spread, points[1]->deployment.calibration.spread);
  const double factor = portable_exp(engine::two_sided_90 * spread);
  for (const auto resource : resources) {
    for (const double f : {1 / factor, factor}) {
      Slowdown slow;
      slow.*resource = f;
      auto pair = std::make_unique<Pair>();
      for (std::size_t s = 0; s < 2; ++s) {
        const mission::Deployment& own = points[s]->deployment;
        SlowedDevice& device = pair->devices[s];
        device = slowed(*own.hardware, own.calibration, slow);
        RIDGELINE_TRY(point, point_with(*sides[s], own.on(device.hardware, device.calibration)));
        pair->points[s] = std::move(point);
      }
      errors.pairs_.push_back(std::move(pair));
    }
  }
  return errors;
}

Result<VersusRatio> SharedErrors::around(const VersusRatio& ratio, const VersusMetricKind& kind) const {
  VersusRatio result{ratio.value, {}, true};
  double up = 0, down = 0;
  for (std::size_t i = 0; i < pairs_.size(); i += 2) {
    double highest = 0, lowest = 0;
    for (std::size_t end = i; end < i + 2; ++end) {
      std::array<std::optional<double>, 2> values;
      for (std::size_t s = 0; s < 2; ++s) {
        RIDGELINE_TRY(value, value_of(kind, *sides_[s], pairs_[end]->points[s]));
        values[s] = value;
      }
      if (!values[0] || !values[1] || !(*values[0] > 0) || !(*values[1] > 0)) return result;
      const double there = ratio_of(kind.better, *values[0], {}, *values[1], {}).value;
      const double change = portable_log(there / ratio.value);
      highest = std::max(highest, change);
      lowest = std::min(lowest, change);
    }
    up += highest * highest;
    down += lowest * lowest;
  }
  result.interval = {ratio.value * portable_exp(-std::sqrt(down)), ratio.value * portable_exp(std::sqrt(up))};
  return result;
}

}  // namespace ridgeline::versus
