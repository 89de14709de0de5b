#pragma once
// Audit this machine: probe it, then predict, simulate and measure the same scenarios, and explain the gaps.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/engine.h"
#include "ridgeline/measurement.h"
#include "ridgeline/scenario.h"
#include "ridgeline/simulation.h"

namespace ridgeline {

struct AuditWorkload {
  std::string model;  ///< catalog id or alias
  RequestShape shape;
  std::uint32_t offline_batch = 8;  ///< samples a batch may take in Offline and MultiStream
  std::uint32_t server_batch = 1;   ///< in Server; above 1 no closed form predicts the percentiles
};

struct AuditOptions {
  std::vector<AuditWorkload> workloads;  ///< empty: default_audit_workloads()
  unsigned threads = 0;                  ///< for the workloads; 0: all cores but one, which the driver needs
  bool full = false;                     ///< MLPerf's durations instead of the short schedule
  Seconds budget{180};                   ///< of the short schedule, probe included
  /// Offered rates over measured single-stream capacity, each in (0, 1).
  std::vector<double> server_loads{0.3, 0.6, 0.8};
  double server_limit = 10;  ///< Server latency limit over the measured single-stream P50
  std::uint64_t seed = 1;
  std::function<void(const std::string&)> progress;
  const std::atomic<bool>* stop = nullptr;
};

/// ResNet-50 v1.5 at 224x224, BERT-base at 128 tokens, a 110 M parameter decoder (prompt 32, 8 tokens
/// written).
std::vector<AuditWorkload> default_audit_workloads();

/// One figure, three ways, in seconds or samples per second. A column that cannot answer is absent.
struct AuditMetric {
  std::string name, unit;  ///< "P99", "s"; "throughput", "samples/s"
  std::optional<Estimate> predicted, simulated, measured;
  std::optional<double> predicted_error, simulated_error;  ///< (value - measured) / measured
};

/// How far prediction and simulation may be from what is measured.
inline constexpr double agreement_p50 = 0.15, agreement_p99 = 0.30;

/// Whether both columns of a Server run are within these, the measured interval allowed for.
struct Agreement {
  bool judged = false;              ///< enough was measured to tell
  bool within = true;               ///< the figures themselves, intervals not allowed for
  std::vector<std::string> off;     ///< "predicted P99 -41 %"; empty: no difference beyond the goals is shown
  std::vector<std::string> broken;  ///< where they do not: which assumption did not hold
};

/// One scenario of one workload.
struct AuditCell {
  Scenario scenario;
  std::optional<double> load;        ///< Server: rate over single-stream capacity
  Agreement agreement;               ///< Server
  std::vector<AuditMetric> metrics;  ///< P50, P90, P99, throughput; TTFT and TPOT of generators
  std::optional<Summary> simulated, measured;
  std::string predicted_method;  ///< closed form used, or why there is none
};

struct AuditedWorkload {
  std::string model, deployment;       ///< "batch 1 (Offline 8), fp32, 1 thread"
  std::optional<std::string> failure;  ///< what stopped it; cells keep what was done before
  std::vector<AuditCell> cells;
};

struct AuditReport {
  std::string version, date, machine;
  std::uint64_t seed = 0;
  bool full = false, interrupted = false;
  HostProbe probe;
  Hardware hardware;        ///< "this machine" at the workloads' thread count
  Calibration calibration;  ///< host kernels: fitted on the probe, not on the workloads
  std::vector<AuditedWorkload> workloads;
  std::vector<std::string> explanation;  ///< sentences
  Seconds duration{};
};
Result<AuditReport> audit_here(const Catalog&, const AuditOptions&);

// ---------------------------------------------------------------------------------------------- batches

/// Predicted against measured times of whole batches, without scenarios and queues.
struct BatchAuditOptions {
  std::vector<AuditWorkload> workloads;  ///< as AuditOptions; only model and shape are read
  std::vector<std::uint32_t> batches{1, 8, 32};
  unsigned threads = 0;  ///< as AuditOptions::threads
  unsigned rounds = 3;   ///< each probes before each workload, predicts by that alone, and measures
  Seconds patience{20};  ///< of the probes of a round together
  std::uint64_t seed = 1;
  std::function<void(const std::string&)> progress;
  const std::atomic<bool>* stop = nullptr;
};
/// Medians over the rounds. The error is the median of the rounds' own: a machine that slows down between two
/// rounds slows down their probes too.
struct BatchFigure {
  Seconds predicted{}, measured{};
  double error = 0;  ///< (predicted - measured) / measured
};
struct BatchCell {
  std::uint32_t batch = 1;
  BatchFigure total;                                  ///< the whole batch, from start to last result
  std::optional<BatchFigure> first_token, per_token;  ///< of models that generate
  double on_core = 1;  ///< share of the wall clock's time that the workload had its core; one thread only
};
struct BatchedWorkload {
  std::string model;
  RequestShape shape;
  std::vector<BatchCell> cells;  ///< in the order of the batches
};
struct BatchAudit {
  std::string version, date, machine;
  unsigned threads = 1, rounds = 0;  ///< rounds that were completed
  Hardware hardware;                 ///< of the last probe, as the calibration
  Calibration calibration;
  std::vector<BatchedWorkload> workloads;
  double mean_error = 0, largest_error = 0;  ///< of whole batches, without signs
  std::vector<std::string> warnings;         ///< of the last probe
  Seconds duration{};
};
/// Errors: bad_input (no batches, a batch of 0, no rounds, an unknown model), unavailable (no executor,
/// stopped before the first round was complete).
Result<BatchAudit> audit_batches_here(const Catalog&, const BatchAuditOptions&);

/// One scenario of one built-in workload on this machine: what `ridgeline bench` does.
struct BenchOptions {
  Scenario scenario;
  RequestShape shape;
  BatchingPolicy batching;
  unsigned threads = 0;   ///< as AuditOptions::threads; with cpus: so many as there are cpus
  std::vector<int> cpus;  ///< of the workload; empty: those that the driver leaves
  DriveOptions driving;   ///< without driver_cpus the driver gets cores that the workload leaves
  std::uint64_t seed = 1;
  std::function<void(const std::string&)> progress;
};
/// Errors: as drive()'s, and those of the workload.
Result<Run> bench_here(const Model&, const BenchOptions&);

}  // namespace ridgeline
