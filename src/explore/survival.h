#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// How the front fares when predictions are off by as much as they are known to be: each draw multiplies the
/// times on each device by factors of its own (log-normal, the calibration's spreads). Contenders are the
/// fronts of each device.
FrontSurvival survive(const Study&, const Tally&, const std::vector<Member>& front);

}  // namespace ridgeline::studies
