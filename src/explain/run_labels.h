#pragma once
// How figures of runs are called and written in sentences.

#include <string>

#include "ridgeline/run_difference.h"

namespace ridgeline::explain {

/// "P99", "mean latency", "TTFT P50": how a sentence calls it.
std::string label_of(const RunMetric&);
/// "3.20 ms", "418 /s", "97.2 %", "12".
std::string show_value(const RunMetric&, double);

}  // namespace ridgeline::explain
