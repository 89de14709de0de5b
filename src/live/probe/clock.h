#pragma once
// The clock, the sleep and the interruptions of this machine.

#include "ridgeline/measurement.h"

namespace ridgeline::live {

struct ClockFacts {
  Seconds resolution{};  ///< smallest non-zero step between two readings
  Seconds cost{};        ///< of one reading: median over rounds of a thousand
};
ClockFacts measure_clock();

struct SleepLateness {
  Seconds p50{}, p99{};
};
/// How much later than asked a 1 ms sleep ends. Requires sleeps >= 100.
SleepLateness measure_sleep(unsigned sleeps);

/// A gap counts when it is longer than ten readings of the clock, and than 1 us.
Seconds gap_threshold(Seconds timer_cost);
/// Spins on the clock and keeps the gaps beyond the threshold.
Interruptions watch_interruptions(Seconds duration, Seconds threshold);

}  // namespace ridgeline::live
