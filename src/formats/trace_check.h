#pragma once
// What the trace says against what the log reports.

#include <string>
#include <vector>

#include "ridgeline/mlperf_log.h"

namespace ridgeline::formats {

/// Recomputes counts, rates and times by LoadGen's rules from the queries of a trace; a sentence for each
/// that the log reports otherwise. Requires log.run.
std::vector<std::string> compare_with_trace(const MlperfLog& log,
                                            const std::vector<Nanoseconds>& sample_latencies);

}  // namespace ridgeline::formats
