#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// What each input of the winner (the first rival) does to its first objective, within the input's interval.
/// Rivals are the best by that objective.
std::vector<InputSensitivity> sensitivities(const Study&, const std::vector<Member>& rivals);

}  // namespace ridgeline::studies
