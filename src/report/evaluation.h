#pragma once
// An evaluation: levels with their reasons, then every metric with its limit.

#include <string>

#include "ridgeline/evaluation.h"

namespace ridgeline::report {

std::string text(const Evaluation&);
std::string markdown(const Evaluation&);
/// Schema ridgeline.evaluation/1; metrics are SI, with their unit beside them, unknown is null.
std::string json(const Evaluation&);

}  // namespace ridgeline::report
