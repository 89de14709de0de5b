#pragma once
// Run against run: is the difference real, how large may it be, and where does it come from.
//
// Any two of simulated and measured. Differences are B - A throughout: what a change from A to B did.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

enum class Better { lower, higher };
enum class MetricUnit { seconds, per_second, share, joules, count };

/// A figure of a run that has a name: what comparisons list and criteria are about.
struct RunMetric {
  std::string_view name;  ///< "p99", "ttft_p50", "throughput"
  std::string_view what;  ///< "99th percentile of the latency"
  MetricUnit unit = MetricUnit::seconds;
  Better better = Better::lower;
};
/// All there are, in the order in which they are shown. docs/run-differences.md lists them.
std::span<const RunMetric> run_metrics();
const RunMetric* find_run_metric(std::string_view name);

/// What can be said of a metric's difference.
enum class Evidence {
  shown,      ///< the interval of the difference excludes zero
  not_shown,  ///< it includes zero: no difference shown, and none larger than the interval
  unknown,    ///< the runs are too short to tell, or kept too little: no interval
};
std::string_view to_string(Evidence);

struct MetricDifference {
  const RunMetric* metric = nullptr;
  double a = 0, b = 0;               ///< in the metric's unit, SI
  Estimate absolute;                 ///< b - a, with its 95 % interval
  std::optional<Estimate> relative;  ///< (b - a) / a, with its interval; absent where a is 0
  Evidence evidence = Evidence::unknown;
  /// Queries that each run would need for a change of RunComparison::detect to be shown four times in five.
  std::optional<std::uint64_t> queries_needed;
};

/// Difference of one decile of the latency.
struct DecileShift {
  double quantile = 0;  ///< 0.1 ... 0.9
  Estimate seconds;     ///< B - A
};

/// A phase's part of the difference of the mean latency; the parts sum to it.
struct PhaseDifference {
  std::string_view phase;  ///< "queueing", "batching", "prefill", "decode", "interference", "throttling"
  Seconds seconds{};
};

struct RunComparison {
  std::uint64_t seed = 1;         ///< of the resampling
  std::uint32_t replicas = 2000;  ///< of the bootstrap
  double confidence = 0.95;
  double detect = 0.05;  ///< the relative change that queries_needed is about
  /// Query i of A belongs to query i of B: same schedule, which pairs what both saw. Without a value, as the
  /// runs are: paired where their schedules are equal.
  std::optional<bool> paired;
};

struct RunDifference {
  bool paired = false;
  std::uint64_t a_queries = 0, b_queries = 0;  ///< completed
  std::uint64_t a_block = 0, b_block = 0;      ///< neighbouring queries that were resampled together
  std::vector<MetricDifference> metrics;       ///< those that both runs have
  /// Probability that a query of B is slower than one of A (equal ones count half), with its interval.
  std::optional<Estimate> b_slower;
  std::optional<double> effect_size;   ///< Cliff's delta, 2 b_slower - 1
  std::vector<DecileShift> shift;      ///< of the latency; empty where the runs cannot support it
  std::vector<PhaseDifference> parts;  ///< empty unless both runs carry phases
  std::vector<std::string> sentences;  ///< what the numbers say, the main thing first
};

/// bad_input where the runs cannot be compared, with the reason: other units of work (samples per query,
/// token lengths), Offline against a latency scenario, no completed query.
Result<RunDifference> compare(const Run& a, const Run& b, const RunComparison& = {});

}  // namespace ridgeline
