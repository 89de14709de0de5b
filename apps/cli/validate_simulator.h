#pragma once
// What `validate` does with runs that were recorded and with Server results: it simulates them.

#include <string>

#include "app.h"

namespace ridgeline::cli {

/// Prints the errors of a folder of recorded runs; `fit_on` names the one that coefficients are fitted on.
int validate_recorded_runs(const Context&, const std::string& folder, const std::string& calibration_file,
                           const std::string& fit_on);
/// Prints the errors of Server rates that follow from Offline ones.
int validate_server_results(const Context&, const std::string& path, const std::string& calibration_file);

}  // namespace ridgeline::cli
