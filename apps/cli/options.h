#pragma once
// Flags that several commands share, and how their text becomes the library's types.

#include <optional>
#include <string>

#include "app.h"
#include "ridgeline/calibration.h"
#include "ridgeline/engine.h"
#include "ridgeline/scenario.h"
#include "ridgeline/serving.h"
#include "ridgeline/simulation.h"

namespace ridgeline::cli {

/// "0.1ms", "250 us", "10s", "2min": a number and a unit (ns, us, ms, s, min, h).
Result<Seconds> parse_duration(const std::string& text, const std::string& flag);

/// Precision and calibration.
struct DeploymentFlags {
  std::string precision = "fp16", weights, kv_cache, experts, attention;
  std::string calibration;  ///< empty: fitted, or textbook when one of the next two is given
  std::optional<double> efficiency;
  std::string overhead_per_layer;
  std::string stack, stack_version, calibration_file;

  void add_to(CLI::App&);
  Result<PrecisionPlan> plan(const Model&) const;
  /// The calibration for the device; `fitted` reads the shipped ones or --calibration-file.
  Result<Calibration> calibrate(const Context&, const Model&, const Hardware&) const;
};

/// "2xtp4", "tp8ep8", "4xtp1dp8ep8": replicas, then tensor (tp), pipeline (pp), data (dp), expert (ep) and
/// expert-tensor (etp) parallelism. Experts not mentioned are divided as attention is: over tp, and over the
/// data ranks too.
Result<Worker> parse_worker(const std::string& text, const std::string& flag, const Model&);

/// How a model is spread over devices.
struct ParallelismFlags {
  unsigned tensor = 1, pipeline = 1, data = 1;
  std::optional<unsigned> expert;

  void add_to(CLI::App&);
  Result<Parallelism> parallelism(const Model&) const;
};

/// A serving point; asked for when --concurrency is given.
struct ServingFlags {
  std::optional<double> concurrency;
  std::uint32_t isl = 1024, osl = 1024;
  unsigned replicas = 1;
  double max_batch = 0, requests_per_user = 0;
  std::string disaggregated;  ///< prefill workers, such as 2xtp4

  void add_to(CLI::App&);
  Result<ServingPoint> point(const Model&, const PrecisionPlan&, const Parallelism&) const;
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
  std::uint32_t users = 1;
  std::uint64_t keep_queries = Scenario().keep_queries;
  std::string think_time, think = "fixed", ttft_limit, tpot_limit, arrivals = "poisson", lengths;
  bool full = false;

  void add_to(CLI::App&);
  /// The context has the folder of the presets that --lengths may name.
  Result<Scenario> scenario(const Context&) const;
  Result<BatchingPolicy> batching() const;
  RequestShape shape() const { return {isl, osl}; }
};

}  // namespace ridgeline::cli
