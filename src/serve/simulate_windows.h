#pragma once
// How a simulated run went, in windows.

#include <span>
#include <vector>

#include "load/run_keeper.h"
#include "load/windows.h"
#include "ridgeline/simulation.h"
#include "serve/heat_device.h"

namespace ridgeline::serve {

/// One device, and how many there are that live as it does.
struct Heated {
  const HeatDevice* device;
  std::uint32_t count = 1;
};
/// Fills clock, celsius and energy of the grid's windows: exact at the ends of governor periods and linear
/// between them.
void add_heat(std::span<const Heated>, const load::Grid&, std::vector<Window>&);

/// Fills Run::windows where the system asks for them: as many as it asks for, or the stretches of a digest.
void add_windows(Run&, const std::vector<load::Busy>&, const std::vector<HeatDevice>&,
                 const SimulatedSystem&);

}  // namespace ridgeline::serve
