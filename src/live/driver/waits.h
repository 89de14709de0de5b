#pragma once
// How long the driver's waits are.

#include <chrono>

#include "ridgeline/units.h"

namespace ridgeline::live::waits {

/// The driver sleeps to this long before a scheduled time and spins from there. On a busy machine 99 of 100
/// sleeps end within the shortest; on an idle one, whose cores have to wake up, within the longest
/// (docs/bench.md). A longer spin would take a core from the system, and on a busy machine at normal priority
/// makes matters worse: the kernel then charges the driver for it.
inline constexpr auto shortest_spin = std::chrono::microseconds(100);
inline constexpr auto longest_spin = std::chrono::microseconds(250);
inline constexpr auto look_every = std::chrono::milliseconds(50);
inline constexpr auto report_every = std::chrono::milliseconds(100);
/// How long a stopped run waits for what is still under way.
inline constexpr Nanoseconds grace = std::chrono::seconds(2);

}  // namespace ridgeline::live::waits
