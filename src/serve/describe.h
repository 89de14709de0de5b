#pragma once
// What disturbs a simulated system, in a line for the notes of a run.

#include "ridgeline/simulation.h"

namespace ridgeline::serve {

/// `what` takes longer: "services", "passes".
std::string describe(const Interference&, std::string_view what);
std::string describe(const HeatModel&);

}  // namespace ridgeline::serve
