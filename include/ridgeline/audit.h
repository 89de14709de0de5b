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
  std::string model;  ///< catalog id
  RequestShape shape;
  std::uint32_t offline_batch = 8;  ///< samples a batch takes in Offline and MultiStream
};

struct AuditOptions {
  std::vector<AuditWorkload> workloads;  ///< empty: ResNet-50, BERT-base, the 110 M decoder
  unsigned threads = 0;                  ///< for the workloads; 0: all cores but the driver's
  bool full = false;                     ///< MLPerf's durations instead of the short schedule
  Seconds budget{180};                   ///< of the short schedule, probe included
  double server_load = 0.6;              ///< offered rate over measured single-stream capacity
  std::uint64_t seed = 1;
  std::function<void(const std::string&)> progress;
  const std::atomic<bool>* stop = nullptr;
};

/// One scenario of one workload, three ways. Relative errors are (value - measured) / measured.
struct AuditCell {
  Scenario scenario;
  std::optional<Summary> predicted, simulated, measured;
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

/// The probe's kernel rates as a calibration for that thread count.
Result<Calibration> host_calibration(const HostProbe&, unsigned threads);

}  // namespace ridgeline
