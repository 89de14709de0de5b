#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// The answer of what has been screened; where that is all of it with what comes after: survival,
/// sensitivity, simulations.
Result<StudyResult> conclude(const Study&, const Tally&, const ExploreOptions&);

}  // namespace ridgeline::studies
