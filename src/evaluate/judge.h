#pragma once
// A metric against its limit, and a level against its metrics: verdicts and the sentences that say why.

#include <string>
#include <vector>

#include "ridgeline/evaluation.h"

namespace ridgeline::evaluation {

/// "18.7 ms": three significant digits, or as many more as tell it from `other`.
std::string shown(double value, EvaluationUnit, double other);

/// Sets status and reason, where there is a limit. `assumed`: what the value rests on.
void judge(EvaluationMetric&, const std::vector<std::string>& assumed, const std::string& missing);

/// Sets status and reason of level 2 or 3 from its metrics.
void conclude(EvaluationLevel&);

}  // namespace ridgeline::evaluation
