// From a deployment to a system: how long passes take, how many tokens the cache holds, how fast it moves.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/cost.h"
#include "ridgeline/continuous.h"

namespace ridgeline {
namespace {

Ticks to_ticks(Seconds t) { return Ticks(std::llround(t.value() * 1e9 * (1 << 24))); }

/// One kind of worker as the simulator sees it.
struct Stage {
  StepTimes times;
  EngineLimits limits;
  Bytes cached_token{};  ///< on one device
};

std::uint32_t longest_request(const ContinuousOptions& o) {
  return std::max(o.longest, o.lengths.input + o.lengths.output);
}

/// Blocks beside weights and activations. A token's share of the cache is taken at the mean length of a
/// request, as in the closed form: sliding windows and states make it depend on that.
Status set_cache(Stage& stage, const Model& model, const Hardware& hardware, const ContinuousOptions& o,
                 const Worker& worker) {
  const Parallelism& spread = worker.parallelism;
  RIDGELINE_TRY(device, engine::view(hardware, o.precision, spread.devices()));
  MemoryDemand demand;
  demand.sequences = spread.data;
  demand.context = o.lengths.input + o.lengths.output / 2;
  demand.chunk_tokens = stage.limits.token_budget;
  const Bytes capacity = device.memory_capacity * o.memory_fraction;
  RIDGELINE_TRY(need, footprint(model, o.precision, spread, demand, capacity));
  stage.cached_token = need.kv_cache / demand.context;
  if (stage.limits.swap_token == Ticks(0))
    stage.limits.swap_token = to_ticks(stage.cached_token / o.swap_bandwidth);
  if (stage.limits.kv_blocks > 0) return Status::success();
  const Bytes room = capacity - need.weights - need.activations;
  const double block = stage.cached_token.value() * stage.limits.block_tokens;
  const double blocks = std::clamp(std::floor(room.value() / block), 0.0, 1e12) * spread.data;
  stage.limits.kv_blocks = static_cast<std::uint64_t>(blocks);
  const std::uint32_t longest = longest_request(o);
  if (blocks * stage.limits.block_tokens >= longest) return Status::success();
  return infeasible(
      fmt::format("{} on {} of {}: one request of {} tokens does not fit: the memory holds {:.0f} tokens "
                  "beside {:.1f} GB of weights",
                  model.id, spread.devices(), hardware.id, longest, blocks * stage.limits.block_tokens,
                  need.weights.value() * 1e-9));
}

Result<Stage> make_stage(const Model& model, const Hardware& hardware, const ContinuousOptions& o,
                         const Worker& worker, const Calibration& calibration) {
  StepLimits table;
  table.max_sequences = o.limits.max_sequences;
  table.max_context = longest_request(o);
  table.exact = {o.lengths.input, o.lengths.input + o.lengths.output / 2};
  RIDGELINE_TRY(times, StepTimes::make(model, hardware, o.precision, worker.parallelism, calibration, table));
  Stage stage{std::move(times), o.limits, {}};
  RIDGELINE_CHECK(set_cache(stage, model, hardware, o, worker));
  return stage;
}

std::string describe(const Worker& worker, const Hardware& hardware) {
  return fmt::format("{} x {} of {}", worker.replicas, worker.parallelism.devices(), hardware.id);
}

}  // namespace

Result<ContinuousSystem> make_continuous_system(const Model& model, const Hardware& hardware,
                                                const ContinuousOptions& o, const Calibration& calibration) {
  if (o.worker.replicas == 0 || (o.prefill && o.prefill->replicas == 0)) {
    return bad_input("a kind of worker needs at least one replica");
  }
  if (!(o.memory_fraction > 0 && o.memory_fraction <= 1)) {
    return bad_input(
        fmt::format("the memory fraction is {}, and must be above 0 and at most 1", o.memory_fraction));
  }
  if (o.lengths.input == 0 || o.lengths.output == 0) return bad_input("a request needs tokens in and out");
  if (!(o.swap_bandwidth.value() > 0)) return bad_input("the swap bandwidth must be above 0");
  RIDGELINE_TRY(decode, make_stage(model, hardware, o, o.worker, calibration));
  const ServingCoefficients& s = calibration.serving;
  ContinuousSystem system;
  system.workload = model.id;
  system.times = std::move(decode.times);
  system.limits = decode.limits;
  system.replicas = o.worker.replicas;
  system.devices = o.worker.parallelism.devices();
  system.lengths = o.lengths;
  system.name = describe(o.worker, hardware);
  system.per_request = to_nanoseconds(s.per_request);
  system.per_user =
      to_nanoseconds(s.per_user / (static_cast<double>(o.worker.replicas) * o.worker.parallelism.data));
  if (!o.prefill) return system;

  RIDGELINE_TRY(prompts, make_stage(model, hardware, o, *o.prefill, calibration));
  RIDGELINE_TRY(device, engine::view(hardware, o.precision, std::max(o.worker.parallelism.devices(), 2U)));
  const BytesPerSecond link = device.scale_up.bandwidth * calibration.link_efficiency;
  const Ticks token = link.value() > 0 ? to_ticks(prompts.cached_token / link) : Ticks(0);
  system.name += fmt::format(", prompts on {}", describe(*o.prefill, hardware));
  system.limits.max_waiting = 0;  // the queue is ahead of the prompts
  system.limits.timeout = Nanoseconds(0);
  system.prefill = PrefillStage{std::move(prompts.times),         prompts.limits, o.prefill->replicas,
                                o.prefill->parallelism.devices(), token,          to_nanoseconds(s.handover)};
  return system;
}

}  // namespace ridgeline
