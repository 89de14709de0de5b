#pragma once
#include <string>
#include <vector>

#include "ridgeline/run_difference.h"

namespace ridgeline::explain {

/// RunDifference::sentences; every other field is set already.
std::vector<std::string> sentences_of(const RunDifference&, const Run& a, const Run& b, const RunComparison&);

}  // namespace ridgeline::explain
