#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// How many simulations that takes.
std::size_t verifications(const Study&, std::size_t front);
/// Simulates the first points of the front and ranks them by what the simulations give. Errors of a point
/// stay with it.
Result<std::vector<VerifiedPoint>> verify(const Study&, const std::vector<StudyPoint>& front,
                                          const ExploreOptions&);

}  // namespace ridgeline::studies
