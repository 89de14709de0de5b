#pragma once
// What the simulator refuses, each with one line that says what would be right.

#include "ridgeline/simulation.h"

namespace ridgeline::serve {

/// Times are positive, at most a day, and never fall as the batch grows; first tokens, where there are any,
/// come within the batch's time.
Status check(const ServiceTable&);
/// The policy, and the table it needs.
Status check(const ServiceTable&, const BatchingPolicy&, std::uint32_t replicas);
Status check(const Interference&);
/// Of a run.
Status check_windows(std::uint32_t);
/// A valid model, and governor periods that memory can hold: each of each device is kept.
Status check(const HeatModel&, Seconds length, std::uint32_t devices);
/// Arrivals ascend; there is something to do; the run ends within what a clock and memory can hold.
Status check(const Schedule&, const SimulatedSystem&);

/// Samples a second that full batches on every worker sustain: an open loop above it has no stationary state.
Hertz saturation_rate(const ServiceTable&, const BatchingPolicy&, std::uint32_t replicas);

/// "batches of up to 8, timeout 2.00 ms, 2 workers"
std::string describe(const BatchingPolicy&, std::uint32_t replicas);

}  // namespace ridgeline::serve
