#pragma once
// What makes work take longer than it should: noise, strikes, heat.

#include <array>

#include "base/random.h"
#include "ridgeline/simulation.h"
#include "serve/heat_device.h"
#include "serve/strikes.h"

namespace ridgeline::serve {

/// Nothing disturbs, and no random number is drawn.
bool is_quiet(const Interference&);

/// A part of a service, and what made it that long.
struct ServicePart {
  Nanoseconds table{0};         ///< what the table says
  Nanoseconds interference{0};  ///< noise, which may save time, and strikes
  Nanoseconds throttling{0};    ///< what a full clock would have saved
  Nanoseconds total() const { return table + interference + throttling; }
};

/// The random streams of one machine's interference, which must outlive this. Noise, pauses, bursts of other
/// work and context switches have streams apart: switching one off leaves the others as they were.
class Disturbances {
 public:
  Disturbances(const Interference&, std::uint64_t seed);

  double noise_factor();
  /// Work that the table times at `table` and noise has made `work`: struck as Strikes has it, and slowed by
  /// the heat of `device`, if any, which lives through it from its now().
  ServicePart run(Nanoseconds table, Nanoseconds work, double compute_share, HeatDevice* device);

  /// `time` under a factor of noise: at least 1 ns.
  static Nanoseconds noisy(Nanoseconds time, double factor);

 private:
  Strikes* next_strike();

  const Interference* interference_;
  RandomStream noise_;
  std::array<Strikes, 3> strikes_;  ///< pauses, background bursts, context switches
};

}  // namespace ridgeline::serve
