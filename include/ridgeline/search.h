#pragma once
// NSGA-II (Deb et al. 2002) through pagmo2, for spaces that are too large for a grid. Only in builds that
// found pagmo2: elsewhere there is no such header's layer, and ExploreOptions::search stays empty.

#include "ridgeline/study.h"

namespace ridgeline {

/// Chooses points generation after generation. The same settings choose the same points, on any number of
/// threads. Ordered variables of many values are crossed and mutated as numbers (SBX, polynomial), the others
/// as names. Of a single objective the population is ranked by it alone (pagmo's simple genetic algorithm):
/// NSGA-II needs two. Errors: pagmo's own words, as unavailable.
Status search_nsga2(SearchSpace&, const StudySearch&);

}  // namespace ridgeline
