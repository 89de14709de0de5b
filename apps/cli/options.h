#pragma once
// Flags that several commands share, and how their text becomes the library's types.

#include <optional>
#include <string>

#include "app.h"
#include "ridgeline/engine.h"
#include "ridgeline/scenario.h"
#include "ridgeline/simulation.h"

namespace ridgeline::cli {

/// "0.1ms", "250 us", "10s", "2min": a number and a unit (ns, us, ms, s, min, h).
Result<Seconds> parse_duration(const std::string& text, const std::string& flag);

/// Precision and calibration.
struct DeploymentFlags {
  std::string precision = "fp16", weights, kv_cache;
  std::string calibration;  ///< empty: ideal, or textbook when one of the next two is given
  std::optional<double> efficiency;
  std::string overhead_per_layer;

  void add_to(CLI::App&);
  Result<PrecisionPlan> plan() const;
  Result<Calibration> calibrate() const;
};

/// One pass of a model.
struct StepFlags {
  std::uint32_t batch = 1, context = 0;
  std::optional<std::uint32_t> tokens;
  std::string phase;

  void add_to(CLI::App&);
  /// Decode unless asked otherwise for models that generate; whole sequences or samples for the others.
  Result<StepShape> shape(const Model&) const;
};

/// How queries arrive and form batches.
struct ScenarioFlags {
  std::string kind = "single-stream", duration = "10s", target_latency, batch_timeout;
  std::optional<double> qps, percentile;
  std::optional<std::uint64_t> min_queries;
  std::uint64_t max_queries = 0, seed = 1;
  std::optional<std::uint32_t> samples;
  std::uint32_t max_batch = 1, isl = 0, osl = 0;
  bool full = false;

  void add_to(CLI::App&);
  Result<Scenario> scenario() const;
  Result<BatchingPolicy> batching() const;
  RequestShape shape() const { return {isl, osl}; }
};

}  // namespace ridgeline::cli
