#pragma once
// The numbers that a mission can be run with.

#include "ridgeline/mission.h"

namespace ridgeline::mission {

/// On an unknown name the error suggests the nearest ones.
Result<const MissionParameter*> find_parameter(const std::string& name);
/// bad_input when the value is out of range or not whole where it must be.
Status check_value(const MissionParameter&, double value);
const MissionPhase* find_phase(const Mission&, const std::string& id);
/// By its id; where no phase has that id, by the phase that it plays.
bool is_called(const Mission&, const MissionPhase&, const std::string& id);

/// "car.cameras" is {the phase, "cameras"}; a name without a phase in front has none.
struct ScopedName {
  std::string phase, name;
};
ScopedName split_name(const Mission&, const std::string& name);

}  // namespace ridgeline::mission
