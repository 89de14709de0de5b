#pragma once
// Simulate: the schedule of a scenario against a system that exists only as a table of batch times.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/engine.h"
#include "ridgeline/heat.h"
#include "ridgeline/scenario.h"
#include "ridgeline/step_times.h"

namespace ridgeline {

/// How queued samples become batches, the same for the simulated and the built-in real system: a free worker
/// takes up to max_batch samples in arrival order, at once when max_batch are waiting, and otherwise when the
/// oldest of them has waited batch_timeout since it was issued (or flush() said that no more will come).
struct BatchingPolicy {
  std::uint32_t max_batch = 1;
  Nanoseconds batch_timeout{0};
};

/// Time of one batch of 1..max samples; index b - 1.
struct ServiceTable {
  std::vector<Nanoseconds> total, first_token;  ///< first_token is empty for models that do not generate
  std::uint32_t tokens_per_sample = 0;
  /// Shares of the time that stretch with 1 / clock, because computing binds: of the time to the first token
  /// (or of all where there is none), and of the rest. Empty: all of it stretches.
  std::vector<double> compute_share, decode_compute_share;
};
Result<ServiceTable> make_service_table(const Model&, const Hardware&, const PrecisionPlan&,
                                        const RequestShape&, std::uint32_t max_batch, const Calibration&);

/// Times of static batches whose requests differ in length: prompts are padded to the longest in the batch,
/// and the batch lasts until the longest answer is done, when all are returned. Between the prompt lengths
/// sampled, times are linear.
struct LengthTable {
  std::vector<std::uint32_t> prompts;             ///< ascending
  std::vector<std::vector<Nanoseconds>> prefill;  ///< [batch - 1][prompt]
  StepTimes decode;
};
/// Covers requests of up to so many tokens in and out. Errors: those of predict() and StepTimes::make().
Result<LengthTable> make_length_table(const Model&, const Hardware&, const PrecisionPlan&,
                                      TokenLengths longest, std::uint32_t max_batch, const Calibration&);

/// What disturbs a service, in physical units. All zero: the machine is quiet. Pauses, bursts and switches
/// strike a running service as Poisson processes in computing time, each from a random stream of its own.
/// docs/interference.md derives the means.
struct Interference {
  double noise_sigma = 0;             ///< service times are lognormal about the table, with this sigma of
                                      ///< the log and mean 1
  std::vector<double> noise_factors;  ///< seen ones, drawn uniformly, in place of the lognormal
  Hertz pause_rate{};
  std::vector<Nanoseconds> pause_lengths;  ///< drawn uniformly: an empirical distribution
  /// Other work that takes the processor in bursts: the share of a busy worker's time that it takes, and
  /// the mean length of a burst (exponential).
  double background_load = 0;
  Nanoseconds background_burst = std::chrono::milliseconds(20);
  Hertz context_switch_rate{};
  Nanoseconds context_switch_cost{0};  ///< of each switch, there and back
  Nanoseconds cache_refill{0};         ///< of each switch, to read again what it threw out of the caches
};
/// Mean service time over the table's: 1 on a quiet machine.
double mean_stretch(const Interference&);

struct SimulatedSystem {
  std::string name;      ///< for Run::system
  std::string workload;  ///< for Run::workload; empty: the batching policy alone
  ServiceTable service;
  /// Plays schedules with lengths of requests, in place of the times in `service`, which is for one length.
  std::optional<LengthTable> by_length;
  BatchingPolicy batching;
  Interference interference;
  std::uint32_t replicas = 1;     ///< workers that share one queue
  std::uint64_t seed = 0;         ///< of the interference; arrivals have the scenario's own
  std::optional<HeatModel> heat;  ///< of each worker, which starts at ambient; none: always the full clock
  std::uint32_t windows = 0;      ///< equal stretches that Run::windows divides the run into; 0: none
};

/// Makes the system's tables for the lengths of a schedule's requests, where it has any and the model
/// generates: by_length, and `service` for the longest, by which the work is checked and heat slows it down.
Status take_lengths(SimulatedSystem&, const Schedule&, const Model&, const Hardware&, const PrecisionPlan&,
                    const Calibration&);

/// Plays the schedule in virtual time. The same inputs give the same Run on every platform and thread count.
Result<Run> simulate(const Schedule&, const SimulatedSystem&);

// ---------------------------------------------------------------------------------------------- what came
// out

/// Mean latency by phase; the phases add up to the mean latency.
struct LatencySplit {
  std::uint64_t queries = 0;
  Seconds queueing{}, batching{}, prefill{}, decode{}, interference{}, throttling{};
  Seconds total() const { return queueing + batching + prefill + decode + interference + throttling; }
};
/// Over all queries, and over the slowest hundredth of them (at least one). Absent without Run::phases.
struct LatencySplits {
  LatencySplit all, slowest;
};
std::optional<LatencySplits> split_latency(const Run&);

/// How fast a run started and how fast it went on, in samples a second.
struct Endurance {
  Seconds first{};                          ///< the first so many, 30 s
  double kept = 1;                          ///< sustained over at_first
  Hertz at_first{}, sustained{};            ///< the latter over the last quarter of the run
  std::optional<Joules> energy, per_query;  ///< of the whole run; absent without a heat model
};
/// Absent for runs shorter than four times `first`, of which neither says much, and where nothing was done in
/// it.
std::optional<Endurance> endurance(const Run&, Seconds first = Seconds(30));

// ---------------------------------------------------------------------------------------------- closed forms

/// What a closed form says of the same question; absent where none is known.
struct ClosedForm {
  std::optional<Seconds> p50, p90, p99, mean;
  std::optional<Hertz> throughput;
  std::string method;  ///< "deterministic service", "M/D/1", "none: ..."
};
/// SingleStream and MultiStream: the table itself. Offline: full batches back to back. Server: M/D/1 for
/// batches of one on one worker (exact distribution); an unstable queue is infeasible.
Result<ClosedForm> solve(const Scenario&, const ServiceTable&, const BatchingPolicy&, std::uint32_t replicas);

}  // namespace ridgeline
