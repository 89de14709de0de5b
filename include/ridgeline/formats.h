#pragma once
// Results of other benchmark programs as Runs: vLLM's, GuideLLM's, GenAI-Perf's and AIPerf's, and plain CSV.
// docs/logs.md has the fields that are read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/scenario.h"
#include "ridgeline/traffic.h"

namespace ridgeline {

enum class ResultFormat { vllm, guidellm, genai_perf, aiperf, csv };
std::string_view to_string(ResultFormat);
std::optional<ResultFormat> parse_result_format(std::string_view);  ///< "vllm", "genai-perf" ...

/// Where a run's arrival times come from.
enum class ArrivalTimes {
  recorded,  ///< in the file
  derived,   ///< worked out from the settings: all at once, or as slots became free
  assumed,   ///< even, at the rate of the settings: the file has latencies only
};
std::string_view to_string(ArrivalTimes);

/// A result as a Run, judged by no rule: its scenario has no minimum and no limit. Requests that failed are
/// in run.refused. run.notes say what was left out, derived or assumed.
struct ImportedRun {
  ResultFormat format = ResultFormat::csv;
  Run run;
  ArrivalTimes arrivals = ArrivalTimes::recorded;
  std::vector<TokenLengths> lengths;  ///< of each query, or empty; 0: the file does not say
  std::optional<Seconds> duration;    ///< as the file has it
};

struct RunImportOptions {
  std::optional<ResultFormat> format;  ///< absent: told by what the file holds
  /// Of a file with several benchmarks, the first being 1; absent: the only one.
  std::optional<std::size_t> which;
};
/// Bad input names the file and the key, line or record.
Result<ImportedRun> import_run(const std::string& path, const RunImportOptions& = {});

}  // namespace ridgeline
