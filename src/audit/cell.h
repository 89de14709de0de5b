#pragma once
// One scenario of one workload, three ways: closed form, simulation, measurement.

#include <array>

#include "audit/host_model.h"

namespace ridgeline::audit {

/// Batch times at the slow, central and fast end of the probe, by Belief.
using BelievedTables = std::array<ServiceTable, 3>;
Result<BelievedTables> believed_tables(const Model&, const HostProbe&, unsigned threads, const RequestShape&,
                                       std::uint32_t max_batch);

/// The closed form at all three ends: the central value, with the others as its interval.
struct Prediction {
  std::optional<Estimate> p50, p90, p99, throughput;
  std::optional<Estimate> ttft, tpot;  ///< of models that generate, where nothing waits
  std::string method;                  ///< or why there is none
};
/// A Server schedule is one draw of its Poisson process: the closed form takes the rate at which its own
/// queries come.
Prediction predict_cell(const Schedule&, const BelievedTables&, const BatchingPolicy&);

/// The gaps a probe saw as pauses that strike a running service.
Interference host_interference(const Interruptions&);

/// Lines up the three columns and their errors against the measured one.
std::vector<AuditMetric> line_up(const Prediction&, const std::optional<Summary>& simulated,
                                 const std::optional<Summary>& measured);

}  // namespace ridgeline::audit
