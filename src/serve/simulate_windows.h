#pragma once
// How a simulated run went: the phases of its queries, and its windows.

#include <span>

#include "serve/batching_system.h"

namespace ridgeline::serve {

/// One device, and how many there are that live as it does.
struct Heated {
  const HeatDevice* device;
  std::uint32_t count = 1;
};
/// Fills clock, celsius and energy of windows of this width from 0 on.
void add_heat(std::span<const Heated>, Nanoseconds width, std::vector<Window>&);

/// Fills Run::phases and, where the system asks for them, Run::windows of a run whose queries have all
/// completed. A query waits until the batch of its last sample starts. A window's clock, temperature and
/// energy are exact at the ends of governor periods and linear between them.
void describe_course(Run&, BatchingSystem&, const SimulatedSystem&);

}  // namespace ridgeline::serve
