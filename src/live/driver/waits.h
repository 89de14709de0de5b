#pragma once
// How long the driver's waits are.

#include <chrono>

#include "ridgeline/units.h"

namespace ridgeline::live::waits {

/// The driver sleeps to this long before a scheduled time and spins from there: at real-time priority 99 of
/// 100 sleeps end within that on a busy machine (docs/bench.md). A longer spin would take a core from the
/// system, and at normal priority makes matters worse: the kernel then charges the driver for it.
inline constexpr auto spin = std::chrono::microseconds(100);
inline constexpr auto look_every = std::chrono::milliseconds(50);
inline constexpr auto report_every = std::chrono::milliseconds(100);
/// How long a stopped run waits for what is still under way.
inline constexpr Nanoseconds grace = std::chrono::seconds(2);

}  // namespace ridgeline::live::waits
