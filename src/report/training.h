#pragma once
// Renders what training takes. Computes nothing.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/training.h"

namespace ridgeline::report {

std::string text(const TrainingStep&, const std::optional<TrainingRun>&, const TrainingCoefficients&);
std::string json(const TrainingStep&, const std::optional<TrainingRun>&, const TrainingCoefficients&);
/// Published steps beside predictions; with the coefficient where it was fitted on them.
std::string text(const std::vector<TrainingError>&, const std::optional<FittedShare>&);
std::string json(const std::vector<TrainingError>&, const std::optional<FittedShare>&);

}  // namespace ridgeline::report
