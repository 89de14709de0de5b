#pragma once
// Simulated time beside real time.

#include <chrono>

#include "ridgeline/units.h"

namespace ridgeline::endpoint {

using RealClock = std::chrono::steady_clock;
using RealTime = RealClock::time_point;

/// Simulated nanoseconds since the start, which pass `scale` times as fast as real ones.
class ScaledClock {
 public:
  explicit ScaledClock(double scale) : start_(RealClock::now()), scale_(scale) {}

  Nanoseconds at(RealTime real) const {
    return Nanoseconds(static_cast<Nanoseconds::rep>(static_cast<double>((real - start_).count()) * scale_));
  }
  Nanoseconds now() const { return at(RealClock::now()); }
  RealTime real(Nanoseconds simulated) const {
    return start_ +
           Nanoseconds(static_cast<Nanoseconds::rep>(static_cast<double>(simulated.count()) / scale_));
  }

 private:
  RealTime start_;
  double scale_;
};

}  // namespace ridgeline::endpoint
