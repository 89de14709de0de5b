#pragma once
// Flags of `simulate` for a serving engine that batches continuously.

#include <optional>
#include <string>

#include "disturbance_flags.h"
#include "options.h"
#include "ridgeline/continuous.h"
#include "ridgeline/max_rate.h"

namespace ridgeline::cli {

struct ContinuousFlags {
  bool continuous = false, no_chunked_prefill = false;
  std::optional<std::uint32_t> token_budget;  ///< absent: 2048, or as many as there are sequences
  std::uint32_t max_sequences = 256, block_tokens = 16, max_waiting = 0;
  std::string preemption = "recompute", router = "round-robin", disaggregated, timeout, hedge_after;
  double prefix_hit_rate = 0;
  std::vector<double> class_shares;
  ParallelismFlags parallelism;

  /// asked: there is a flag --continuous, without which the others are refused.
  enum class When { asked, always };
  void add_to(CLI::App&, When = When::asked);
  /// What the system makes of a scenario. Its random streams have the scenario's seed.
  Result<RunScenario> system(const Context&, const std::string& model, const std::string& hardware,
                             const DeploymentFlags&, RequestShape, std::uint32_t replicas,
                             const Disturbance&) const;
  /// The same of what is known already; the flags for parallelism are not read.
  Result<RunScenario> system(const Model&, const Hardware&, const PrecisionPlan&, const Calibration&,
                             const Parallelism&, RequestShape, std::uint32_t replicas,
                             const Disturbance&) const;
  /// A system whose load is not known, for requests of up to `longest` tokens, prompt and output.
  Result<ContinuousSystem> open_system(const Context&, const std::string& model, const std::string& hardware,
                                       const DeploymentFlags&, TokenLengths, std::uint32_t longest,
                                       std::uint32_t replicas, const Disturbance&, std::uint64_t seed) const;

 private:
  struct Deployed;
  static RunScenario player_of(std::shared_ptr<Deployed>);
  Result<std::shared_ptr<Deployed>> deploy(const Model&, const Hardware&, const PrecisionPlan&,
                                           const Calibration&, const Parallelism&, TokenLengths,
                                           std::uint32_t replicas, const Disturbance&) const;
  Result<std::shared_ptr<Deployed>> deploy(const Context&, const std::string& model,
                                           const std::string& hardware, const DeploymentFlags&, TokenLengths,
                                           std::uint32_t replicas, const Disturbance&) const;
};

}  // namespace ridgeline::cli
