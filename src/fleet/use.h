#pragma once
// What a fleet takes over a period of its demand: money, energy and carbon of both ways to run it.

#include "ridgeline/fleet.h"

namespace ridgeline::fleet {

/// Sets fixed, autoscaled and the inputs of a plan that has its steps and spares.
void set_uses(FleetPlan&, const Hardware&, const Economics&);

}  // namespace ridgeline::fleet
