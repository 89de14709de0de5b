#pragma once
// Errors of the simulator as text and JSON, in the forms of report.h.

#include <string>

#include "ridgeline/simulator_validation.h"

namespace ridgeline::report {

/// Against recorded runs: every percentile of every run.
std::string text(const RecordedValidation&);
std::string json(const RecordedValidation&);
/// Against published Server results: by workload; the JSON has every pair.
std::string text(const ServerValidation&);
std::string json(const ServerValidation&);

}  // namespace ridgeline::report
