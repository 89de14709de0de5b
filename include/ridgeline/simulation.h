#pragma once
// Simulate: the schedule of a scenario against a system that exists only as a table of batch times.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/engine.h"
#include "ridgeline/scenario.h"

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
};
Result<ServiceTable> make_service_table(const Model&, const Hardware&, const PrecisionPlan&,
                                        const RequestShape&, std::uint32_t max_batch, const Calibration&);

/// What disturbs a service, in physical units. All zero: the machine is quiet.
struct Interference {
  double noise_sigma = 0;  ///< service times are lognormal about the table, with this sigma of
                           ///< the log and mean 1
  Hertz pause_rate{};      ///< pauses that strike a running service, Poisson
  std::vector<Nanoseconds> pause_lengths;  ///< drawn uniformly: an empirical distribution
};

struct SimulatedSystem {
  std::string name;      ///< for Run::system
  std::string workload;  ///< for Run::workload; empty: the batching policy alone
  ServiceTable service;
  BatchingPolicy batching;
  Interference interference;
  std::uint32_t replicas = 1;  ///< workers that share one queue
  std::uint64_t seed = 0;      ///< of the interference; arrivals have the scenario's own
};

/// Plays the schedule in virtual time. The same inputs give the same Run on every platform and thread count.
Result<Run> simulate(const Schedule&, const SimulatedSystem&);

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
