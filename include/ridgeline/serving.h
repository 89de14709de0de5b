#pragma once
// From a serving point to its steady state: what continuous batching gives a closed group of users, in closed
// form. docs/serving.md derives every line; the simulator must agree with it.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {

/// One kind of worker: a replica of the model.
struct Worker {
  Parallelism parallelism;
  unsigned replicas = 1;  ///< they share the users evenly
  unsigned devices() const { return parallelism.devices() * replicas; }
};

/// A closed group of users, each with one request in the system: a prompt of `isl` tokens, then `osl` tokens.
struct ServingPoint {
  std::uint32_t isl = 1024, osl = 1024;
  double concurrency = 1;
  PrecisionPlan precision;
  Worker worker;                  ///< disaggregated: decodes only
  std::optional<Worker> prefill;  ///< disaggregated: computes the prompts and hands their KV cache over
  double max_batch = 0;           ///< sequences in decode on one replica; 0: as many as the memory holds
  double requests_per_user = 0;   ///< length of the run; all users start together. 0: steady state
  double memory_fraction = 0.92;  ///< of the capacity that the engine may use
};

/// Estimate with its 90 % interval, where the calibration knows one.
struct TimeEstimate {
  Seconds value{};
  std::optional<std::pair<Seconds, Seconds>> interval;
};

/// What limits the rate at the point.
enum class ServingLimit { compute, memory_bandwidth, network, overhead, prompts, cache_memory };
std::string_view to_string(ServingLimit);

struct ServingPrediction {
  TimeEstimate ttft, tpot;    ///< means: time to first token; time per output token after it
  Hertz requests{};           ///< completed per second, all replicas
  Hertz tokens_per_device{};  ///< output tokens per second over all devices (prefill ones too)
  Hertz tokens_per_user{};    ///< 1 / TPOT
  double running = 0;         ///< sequences in decode on one data-parallel rank of a replica
  double largest_batch = 0;   ///< that its memory holds at this length
  Seconds step{};             ///< one decode step of `running` sequences, without prompts
  Seconds prompt{};           ///< one prompt's pass alone
  double prompt_share = 0;    ///< of the time, spent on prompts
  unsigned devices = 1;
  ServingLimit limit = ServingLimit::memory_bandwidth;
  Footprint footprint;        ///< of one device, at `running` sequences
  Profile decode;             ///< of the step
  std::vector<Input> inputs;  ///< of all of it, the weakest first: those of the step, and the engine's own
};

/// Errors: bad_input; infeasible when the weights leave no memory for one sequence, with the missing bytes.
Result<ServingPrediction> predict_serving(const Model&, const Hardware&, const ServingPoint&,
                                          const Calibration&);

}  // namespace ridgeline
