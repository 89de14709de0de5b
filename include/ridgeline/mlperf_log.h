#pragma once
// Logs of the MLPerf LoadGen: what a run reported, what its trace and power log add, and what an auditor asks
// of it. docs/logs.md has the files and the checks.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/scenario.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// What a log reports of one kind of time; a figure that the log has not got is absent.
struct ReportedTimes {
  std::optional<Nanoseconds> min, max, mean;
  std::map<double, Nanoseconds> percentiles;  ///< by fraction: 0.5 ... 0.999
  bool empty() const { return !min && !max && !mean && percentiles.empty(); }
  /// The percentile that is asked for, if it is one of those reported.
  std::optional<Nanoseconds> at(double percentile) const;
};

/// A setting that the run used otherwise than it was asked to.
struct ChangedSetting {
  std::string key, requested, effective;
};

/// What a log says of the settings beside the Scenario.
struct MlperfSettings {
  std::string mode;  ///< "PerformanceOnly"
  std::optional<std::uint64_t> qsl_seed, sample_index_seed, schedule_seed;
  std::optional<std::uint64_t> samples_per_query;    ///< Offline: those of its one query
  std::optional<std::uint64_t> performance_samples;  ///< samples that the run draws from
  std::optional<std::uint64_t> dataset_samples;      ///< those that the data set has
  std::optional<Nanoseconds> expected_latency;       ///< SingleStream, MultiStream: a hint, no limit
  std::optional<bool> equal_issue, coalesce, issue_unique, issue_same;
  bool tokens = false;           ///< the run counts tokens
  bool inferred_tokens = false;  ///< tokens are samples times a constant
  std::vector<ChangedSetting> changed;
};

/// Wall power by a PTDaemon log (spl.txt) in the window from power_begin to power_end.
struct WallPower {
  std::uint64_t readings = 0;  ///< in the window, above 0 W
  std::uint64_t others = 0;    ///< readings outside of it
  Watts average{}, least{}, greatest{};
  Seconds window{};
  std::optional<Joules> energy;      ///< average times window; absent without a reading
  Seconds longest_gap{};             ///< between readings; the analyser gives one a second
  std::optional<Joules> per_sample;  ///< energy over samples, as the log counts them
};

/// One run's log. Percentiles, counts and rates are what LoadGen printed; only `run`, from the trace, has the
/// queries themselves.
struct MlperfLog {
  std::string dir, loadgen_version, date, sut;
  std::string loadgen_changes;  ///< what git says of files that differ from the version
  Scenario scenario;            ///< as the run used it; Interactive is a Server to LoadGen
  MlperfSettings settings;

  std::optional<bool> valid;  ///< absent: an accuracy run
  std::optional<bool> constraints_met, duration_met, queries_met, early_stopping_met;
  std::vector<std::string> recommendations, errors, warnings;
  /// Early stopping in LoadGen's words; empty where the log names it and says nothing.
  std::optional<std::string> early_stopping, early_stopping_ttft, early_stopping_tpot;
  std::optional<Nanoseconds> early_stopping_single, early_stopping_multi;

  std::optional<std::uint64_t> queries, over_latency, generated_queries;
  std::optional<double> scheduled_rate, completed_rate;                           ///< samples/s, open loops
  std::optional<double> offline_rate, rate_with_overhead, rate_without_overhead;  ///< samples/s
  std::optional<double> tokens_per_second, inferred_tokens_per_second;
  bool token_rate_per_nanosecond = false;  ///< result_token_throughput is, by a slip of LoadGen's
  bool old_token_label = false;            ///< "Time to Output Token" stands for the time per token
  /// The per-query ones are MultiStream's, groups Automotive's.
  ReportedTimes latency, query_latency, first_token, per_token, group;

  std::optional<std::string> power_begin, power_end;  ///< as logged, UTC
  std::optional<WallPower> power;
  std::optional<Run> run;                  ///< of the trace: a record for each query, with its lateness
  std::vector<std::string> damage;         ///< lines that could not be read, and what files are missing
  std::vector<std::string> disagreements;  ///< where summary, detail and trace differ

  /// Samples that completed, by the query count. Offline: of its one query.
  std::optional<std::uint64_t> samples() const;
  /// Of what the scenario is judged by: MultiStream's per query, otherwise the latency.
  const ReportedTimes& decisive() const;
};

/// Reads mlperf_log_summary.txt and mlperf_log_detail.txt of a folder, one of which must be there, and where
/// they are mlperf_log_trace.json and spl.txt. Lines that cannot be read are noted; it is an Error when there
/// is no scenario or no result, when a figure that is needed is not a number, or when a seed or count
/// overflows.
Result<MlperfLog> read_mlperf_log(const std::string& dir);

/// Writes summary, detail and trace of a run with its queries as LoadGen does, into a folder that is made if
/// need be; read_mlperf_log() reads the same run back. The version says that Ridgeline wrote them, and
/// whether the run was simulated. Bad input: a run that keeps a digest in place of its queries, or has none;
/// a closed loop of users, which LoadGen has not got.
Status write_mlperf_log(const Run&, const std::string& dir);

// ---------------------------------------------------------------------------------------------- settings

/// mlperf.conf or user.conf: `model.scenario.key = value`, of which the most special counts: model.scenario,
/// then *.scenario, model.*, *.*.
class MlperfConf {
 public:
  static Result<MlperfConf> read(const std::string& path);

  /// The number that stands there: times in ms, percentiles in %.
  std::optional<double> find(const std::string& model, const std::string& scenario,
                             const std::string& key) const;
  /// Overwrites what the file sets for the model. Bad input: a scenario that comes out wrong.
  Status apply_to(Scenario&, const std::string& model) const;
  /// Keys that LoadGen does not read, with the line.
  const std::vector<std::string>& unknown() const { return unknown_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::map<std::string, double> values_;
  std::vector<std::string> unknown_;
};

// ---------------------------------------------------------------------------------------------- audit

/// A limit, and how much of it the run used.
struct LimitUse {
  std::string name;  ///< "latency", "TTFT", "TPOT"
  double percentile = 0;
  Nanoseconds limit{0};
  std::optional<Nanoseconds> seen, p999, max;
  std::optional<double> used() const;  ///< seen / limit
};

/// How late the client issued, of the trace.
struct Lateness {
  Nanoseconds p50{0}, p99{0}, max{0};
};

struct LogAudit {
  MlperfLog log;
  std::vector<LimitUse> limits;  ///< that which binds first; none: nothing is limited
  std::optional<Seconds> ran;    ///< the time that the minimum duration is held against
  std::string ran_by;            ///< what it is computed from
  std::optional<double> passes;  ///< over the samples that the run draws from
  std::optional<Lateness> lateness;
  std::optional<double>
      effective_samples;             ///< independent latencies that the trace's are worth at the percentile
  std::optional<std::string> round;  ///< whose seeds the run has
  std::string schedule;              ///< whether the seed gives these arrivals; empty: not asked
  std::vector<std::string> oddities;
};
/// Reads user.conf beside the log where there is one.
Result<LogAudit> audit_mlperf_log(const std::string& dir);

}  // namespace ridgeline
