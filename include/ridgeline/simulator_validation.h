#pragma once
// How far the simulator is from systems that were measured: the requests of an engine's run played again, and
// Server results beside the Offline ones of the same system. docs/validation.md.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/calibration.h"
#include "ridgeline/continuous.h"
#include "ridgeline/mlperf.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- recorded
// runs

/// A run of vLLM as recorded: its settings, and when each request came and had its first and last token.
struct RecordedRun {
  std::string name;             ///< its folder, below the one that was read
  std::string model, hardware;  ///< catalog ids
  std::string stack, version;
  PrecisionPlan precision;
  Parallelism parallelism;
  EngineLimits limits;  ///< of the whole replica; kv_blocks 0: not recorded, the memory says
  double memory_fraction = 0.9;
  std::optional<Link> link;  ///< between the devices: bandwidth, and latency of a collective
  Schedule schedule;         ///< arrivals from 0, and the lengths of each request
  Run measured;              ///< the same requests, in the same order
};
/// Whether a folder holds recorded runs, at any depth.
bool has_recorded_runs(const std::string& folder);
/// All of them, by name: folders with config.json, vllm/meta.json and vllm/requests.jsonl. A request arrives
/// when its client sent it; the clocks of client and engine are set so that the fastest takes no time between
/// the two. bad_input with file, line and key.
Result<std::vector<RecordedRun>> read_recorded_runs(const std::string& folder, const Catalog&);

/// Errors that count as close: of medians, and of 99th percentiles. Per cent.
inline constexpr double median_goal = 10, tail_goal = 25;

/// A percentile of a run, measured and simulated.
struct PlayedQuantile {
  std::string name;  ///< "TTFT P50"
  bool tail = false;
  Seconds measured{}, simulated{};
  double error = 0;  ///< per cent
};
struct PlayedRun {
  std::string name;
  std::string basis;  ///< where its coefficients are from
  bool held_out = true;
  std::vector<PlayedQuantile> quantiles;  ///< P50 and P99 of TTFT, TPOT and latency
};
/// Runs under coefficients of one origin, and the size of their errors over those held out.
struct PlayedRuns {
  std::vector<PlayedRun> runs;
  ErrorSummary medians, tails;
  double medians_close = 0, tails_close = 0;  ///< share within the goals, per cent
};

struct FittedOnRun {
  std::string name;  ///< of a coefficient
  double shipped = 0, fitted = 0;
};
struct RecordedValidation {
  PlayedRuns shipped;                ///< with the coefficients that are shipped
  std::string fitted_on;             ///< a run; empty: nothing was fitted
  std::vector<FittedOnRun> fit;      ///< what changed
  std::optional<PlayedRuns> fitted;  ///< the others are held out
};
/// Plays each run's arrivals and lengths through the simulator. With `fit_on`, the name of a run, four
/// coefficients (compute, memory and cache efficiency, time of a pass) are fitted on it, and the others are
/// played with those too. Errors: those of make_continuous_system; bad_input for a name of no run.
Result<RecordedValidation> validate_recorded(const std::vector<RecordedRun>&, const Catalog&,
                                             const Calibrations&, const std::string& fit_on = {});

// ---------------------------------------------------------------------------------------------- Server
// results

/// data/offline/server.yaml: what the scenarios ask of a workload.
struct ServerRules {
  /// What the 99th percentile may be; 0: no limit.
  struct Limits {
    std::string workload;
    bool interactive = false;
    Nanoseconds latency{0}, ttft{0}, tpot{0};
    Provenance provenance;
  };
  struct Lengths {
    std::string workload;
    TokenLengthDistribution distribution;
    std::uint32_t most_output_tokens = 0;  ///< the benchmark cuts answers there
    Provenance provenance;
  };
  /// bad_input with file, line, key.
  static Result<ServerRules> load(const std::string& path);
  const Limits* limits_of(std::string_view workload, bool interactive) const;
  const Lengths* lengths_of(std::string_view workload) const;

  std::vector<Limits> limits;
  std::vector<Lengths> lengths;
};

/// A published Server or Interactive result, and the Offline result of the same system and benchmark.
struct ServerPair {
  std::size_t line = 0;  ///< of the former
  std::string benchmark, round, submitter, system, workload, hardware;
  bool interactive = false;
  OfflineWorkload offline;
  unsigned devices = 1;
  Hertz offline_rate{}, server_rate{};  ///< samples a second of the system
  std::optional<Seconds> p50, p99;      ///< latency of the Server run, where published
};
struct ServerTable {
  std::string path;
  std::vector<ServerPair> pairs;                ///< a run that was published under two names once
  std::map<std::string, std::size_t> left_out;  ///< reason: Server results
};
/// True for a header with the columns of LoadGen summaries.
bool is_loadgen_summaries(const std::string& path);
/// Reads LoadGen summaries or published results. bad_input with file, line, column.
Result<ServerTable> read_server_pairs(const std::string& path, const Catalog&, const MlperfRules&,
                                      const ServerRules&);

struct ServerPoint {
  std::size_t pair = 0;
  Hertz largest{};  ///< that the simulator finds VALID, of the system; at most the Offline rate
  Hertz rate{};     ///< what is expected of it: largest, times what the other workloads keep
  /// Samples of a batch, or sequences of a replica: the smallest that keep 95 % of `largest`. The shape is
  /// that of such a run.
  std::uint32_t batch = 0;
  double largest_error = 0, error = 0;           ///< of the two rates, per cent
  std::optional<double> published_shape, shape;  ///< P99 over P50 of latency
  std::string unanswered;                        ///< why there is none; empty: there is
};
/// Pairs of a benchmark in a scenario.
struct ServerGroup {
  std::string key;  ///< "llama2-70b, Server"
  std::size_t pairs = 0;
  ErrorSummary largest, rate;                                ///< of the Server rate, as in ServerPoint
  double kept = 1;                                           ///< by the other workloads
  double published_share = 0, largest_share = 0, share = 0;  ///< medians of Server over Offline
  std::array<double, 2> band{};                              ///< least and greatest published
  std::size_t in_band = 0;                                   ///< pairs whose share is inside the others' band
  ErrorSummary shape;                                        ///< of P99 over P50
  std::optional<double> published_shape, shape_median;       ///< medians
  std::size_t shapes_in_band = 0;                            ///< the same of the shape
};
struct ServerValidation {
  ServerTable table;
  std::vector<ServerPoint> points;
  std::vector<ServerGroup> groups;
  ServerGroup all;  ///< of the pairs together; band and medians are not filled
  std::size_t unanswered = 0;
};
/// What predictions are made from.
struct ServerModels {
  const Catalog& catalog;
  const MlperfRules& rules;
  const ServerRules& server_rules;
  const OfflineCoefficients& coefficients;
  const Calibrations& calibrations;
};
/// For each pair: the model of its system, slowed or sped up as a whole until it has the published Offline
/// rate, under the benchmark's limits. What no simulated system has (hosts, padding, the margin that a
/// submitter leaves) is one coefficient: the share of the largest VALID rate that was published. A workload's
/// own results are not asked for it: each workload has its median and is given the median of the others'.
/// Uses every core; the result does not depend on how many.
ServerValidation validate_server(const ServerTable&, const ServerModels&);

}  // namespace ridgeline
