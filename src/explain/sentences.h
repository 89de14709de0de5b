#pragma once
#include <string>
#include <vector>

#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// The sentences of ProfileDifference::analysis; every other field is set already. The first is the case's
/// own paragraph, the others qualify it.
std::vector<std::string> analyse(const ProfileDifference&);

/// "1.39x".
std::string times(double ratio);
/// "29 %"; below half a per cent: "under 1 %".
std::string percent(double share);

}  // namespace ridgeline::explain
