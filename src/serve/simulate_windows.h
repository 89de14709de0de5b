#pragma once
// How a simulated run went, in windows.

#include <vector>

#include "load/run_keeper.h"
#include "ridgeline/simulation.h"
#include "serve/heat_device.h"

namespace ridgeline::serve {

/// Fills Run::windows where the system asks for them: as many as it asks for, or the stretches of a digest. A
/// window's clock, temperature and energy are exact at the ends of governor periods and linear between them.
void add_windows(Run&, const std::vector<load::Busy>&, const std::vector<HeatDevice>&, const SimulatedSystem&);

}  // namespace ridgeline::serve
