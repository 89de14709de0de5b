#pragma once
// A plan of a fleet: a replica's rate, replicas over the day, what they take, and what a failure does.

#include <string>

#include "ridgeline/fleet.h"

namespace ridgeline::report {

std::string text(const FleetPlan&);
std::string markdown(const FleetPlan&);
/// Schema ridgeline.fleet/1; unknown is null.
std::string json(const FleetPlan&);

}  // namespace ridgeline::report
