#pragma once
// A phase of a mission under scenarios that it was not written for.

#include <string>

#include "ridgeline/mission.h"

namespace ridgeline::mission {

/// "single-stream", as files and flags have it.
std::string scenario_id(ScenarioKind);
/// How the load of a scenario comes, in a sentence's worth of words.
std::string story_of(ScenarioKind, MissionEngine);
/// Whether the phase or its mission has a value, in place of the standard one.
bool states(const Mission&, const MissionPhase&, const char* parameter);
/// Gives the phase what its scenario reads and nobody states: MultiStream MLPerf's 8 samples, a closed loop
/// as many users as fill every worker's batch, arrivals 60 % of `saturated`, which is in samples a second.
void complete(const Mission&, MissionPhase&, Hertz saturated);
/// To three significant digits, as a user would give it.
double three_digits(double);

}  // namespace ridgeline::mission
