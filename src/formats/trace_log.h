#pragma once
// mlperf_log_trace.json: LoadGen's Chrome trace, an event a line. LoadGen 6.0.17 doubles quotes in some of
// the lines, so that the file as a whole is not JSON; the lines of samples are.

#include <string>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/scenario.h"

namespace ridgeline::formats {

struct TraceLog {
  Run run;                                    ///< times since the first query was scheduled; empty: no sample
  std::vector<Nanoseconds> sample_latencies;  ///< in the order of the queries
  std::vector<std::string> damage;
};
/// Samples of one query become one record. Error: the file cannot be read.
Result<TraceLog> read_trace_log(const std::string& path, const Scenario&);

}  // namespace ridgeline::formats
