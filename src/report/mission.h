#pragma once
// Missions for a terminal and as JSON.

#include <string>
#include <vector>

#include "ridgeline/mission.h"

namespace ridgeline::report {

std::string text(const MissionReport&);
std::string markdown(const MissionReport&);
std::string json(const MissionReport&);
std::string text(const MissionSweep&);
std::string markdown(const MissionSweep&);
std::string json(const Mission&, const MissionSweep&);
/// One line each: id, persona, name.
std::string list_text(const std::vector<Mission>&);
std::string list_json(const std::vector<Mission>&);

}  // namespace ridgeline::report
