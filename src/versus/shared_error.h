#pragma once
// The interval of a ratio where both sides are predicted with the same coefficients.

#include <memory>

#include "versus/point.h"

namespace ridgeline::versus {

/// Whether the two are of one architecture and have equal coefficients, which are then wrong for both alike.
bool share_errors(const mission::Deployment&, const mission::Deployment&);

/// Both sides where one resource (arithmetic, memory, network, overheads) takes as long, and as short, as the
/// calibration's 90 % allows, the others as predicted: eight pairs of points. Made once for all metrics.
class SharedErrors {
 public:
  static Result<SharedErrors> make(const std::array<const VersusSide*, 2>&,
                                   const std::array<const Point*, 2>&);
  /// `ratio` with the interval that these leave it: the logarithms of the changes that each resource makes
  /// add as squares, upwards and downwards. Without one where a value is missing there.
  Result<VersusRatio> around(const VersusRatio& ratio, const VersusMetricKind&) const;

 private:
  struct Pair {
    std::array<SlowedDevice, 2> devices;
    std::array<Point, 2> points;
  };
  std::array<const VersusSide*, 2> sides_{};
  std::vector<std::unique_ptr<Pair>> pairs_;  ///< points point into the devices
};

}  // namespace ridgeline::versus
