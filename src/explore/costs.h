#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// What each constraint removes, and what the best of an objective would be without it.
void report_constraints(const Study&, const Tally&, const Archive& front, StudyResult&);

}  // namespace ridgeline::studies
