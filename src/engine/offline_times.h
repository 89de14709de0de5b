#pragma once
// A case and its factors become times and power: docs/offline.md, in the order of its sections.

#include <array>
#include <span>

#include "engine/offline_case.h"

namespace ridgeline::engine {

/// Products of the coefficients, by Factor.
using Factors = std::array<double, factors>;

/// All 1, for a case to multiply up.
inline Factors no_factors() {
  Factors f;
  f.fill(1);
  return f;
}

/// No operator sustains more of the peak.
inline constexpr double most_efficient = 0.95;

/// A sample on one device; seconds of that device.
struct OfflineTimes {
  double compute = 0, memory = 0, network = 0, overhead = 0;  ///< s; compute at full clocks
  double clock_share = 1;
  double bytes = 0;  ///< to and from main memory
  double flops = 0;
  double dynamic_power = 0;        ///< W at full clocks, above the static share
  double power_use = 0;            ///< dynamic power over what the limit leaves, at most 1
  bool hides_more_memory = false;  ///< the memory that `compute` hides takes longer than computing
  unsigned devices = 1;
  double batch = 0;
  double total() const { return compute / clock_share + memory + network + overhead; }
};
OfflineTimes offline_times(const OfflineCase&, const Factors&);

}  // namespace ridgeline::engine
