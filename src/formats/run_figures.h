#pragma once
// The figures that LoadGen would print of a run, by its rules.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/mlperf_log.h"

namespace ridgeline::formats {

/// LoadGen prints these, however many queries there are.
inline constexpr double printed_percentiles[] = {0.50, 0.90, 0.95, 0.97, 0.99, 0.999};

ReportedTimes report_times(std::vector<Nanoseconds>);

/// Of the queries that have one, in issue order: times to the first token and per token.
std::vector<Nanoseconds> first_token_times(const Run&);
std::vector<Nanoseconds> per_token_times(const Run&);

/// As LoadGen words it; several lines, without the newline at the end.
struct EarlyStoppingText {
  bool met = true;
  std::string text;
  std::optional<Nanoseconds> estimate, estimate_99;  ///< the latter SingleStream's, for MultiStream
};

struct RunFigures {
  std::uint64_t queries = 0, samples = 0, tokens = 0, over_limit = 0;
  std::vector<Nanoseconds> sample_latencies, query_latencies;  ///< in issue order
  ReportedTimes latency, query_latency, first_token, per_token;
  std::optional<Nanoseconds> decisive;  ///< the percentile that counts
  double scheduled_rate = 0, completed_rate = 0, offline_rate = 0, overhead_rate = 0, issue_rate = 0;
  double token_rate = 0;
  bool with_tokens = false;
  bool constraints_met = true, duration_met = true, queries_met = true;
  EarlyStoppingText early, early_ttft, early_tpot;
  bool valid = false;
  std::vector<std::string> reasons;  ///< why not
};
/// Requires a run with queries, of a kind that LoadGen has.
RunFigures figures_of(const Run&);

}  // namespace ridgeline::formats
