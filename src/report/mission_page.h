#pragma once
// A mission's page: its story, the thresholds, and what each phase did.

#include "report/json_place.h"
#include "report/page.h"
#include "ridgeline/mission.h"

namespace ridgeline::report {

/// Of the phases' runs there is what the document says of them: scenario, system, workload, notes, how many
/// queries. Limits are in the prefix that suits them.
MissionReport read_mission(const JsonPlace&);

std::string mission_page(const MissionReport&, const std::vector<Input>&, const PageSource&);

}  // namespace ridgeline::report
