#pragma once
// Latencies out of the files that `ridgeline tail` reads.

#include <string>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline::cli {

struct Samples {
  std::vector<Seconds> latencies;  ///< in the order of the file
  std::string origin;              ///< "column latency_ms of FILE"
};

/// FILE.csv: a header line, one column of which ends in its unit: latency_ms, or wait_us, ttft_s, x_ns. With
/// `metric` empty it is the first such column, else the one of that name. FILE.json: a run as --json prints
/// it; `metric` is latency (the default), ttft or tpot. Bad input: anything that is not a number, a row that
/// lacks the column, a run whose queries lack tokens where they are asked for; with the file and the line.
Result<Samples> read_samples(const std::string& path, const std::string& metric);

}  // namespace ridgeline::cli
