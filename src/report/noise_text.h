#pragma once
// What else the machine did during a run.

#include <string>
#include <utility>
#include <vector>

#include "ridgeline/host_noise.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

/// Labels and values of the run's text; what could not be read is named in the last one.
std::vector<std::pair<std::string, std::string>> noise_lines(const HostNoise&, const Summary&);

}  // namespace ridgeline::report
