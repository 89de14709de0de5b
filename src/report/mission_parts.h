#pragma once
// What the forms of a mission's report share.

#include <string>
#include <vector>

#include "report/table.h"
#include "ridgeline/mission.h"

namespace ridgeline::report {

/// Value, limit and verdict of each, with the reason for the limit.
Table threshold_table(const std::vector<ThresholdReport>&);
Table mission_phase_table(const PhaseReport&);
/// "llama-3-70b on h100 in fp8, heat of ...".
std::string mission_settings(const Mission&);
/// "Every threshold holds", "A threshold breaks".
const char* mission_verdict(const MissionReport&);
/// "--set batch=4".
std::string change_flag(const MissionChange&);

}  // namespace ridgeline::report
