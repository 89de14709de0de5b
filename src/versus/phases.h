#pragma once
// The mission's phases and every other scenario that its model supports, on both sides.

#include "versus/point.h"

namespace ridgeline::versus {

struct PlannedPhase {
  MissionPhase phase;
  bool of_mission = false;
};
/// The mission's own as they stand; then, of SingleStream, MultiStream, Server and Offline (continuous
/// engines: SingleStream, Server, Offline and ClosedLoop), those that it does not have, with the settings of
/// its last phase; what that leaves open as mission/replay.h chooses it. `slower`, `faster`: throughputs of
/// the two sides. Where the mission names no rate, Server and Offline come at 60 % of the slower.
std::vector<PlannedPhase> plan_phases(const Mission&, Hertz slower, Hertz faster);

std::vector<VersusPhase> play_phases(const std::array<const VersusSide*, 2>&,
                                     const std::array<const Point*, 2>&);

}  // namespace ridgeline::versus
