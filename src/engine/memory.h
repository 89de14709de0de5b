#pragma once
// What a deployment keeps in the memory of its fullest device. docs/lowering.md, Memory.

#include <span>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// Parameters on the device that holds most of them.
Bytes weight_bytes(const Model&, const ParameterCount&, const PrecisionPlan&, const Parallelism&);

/// Weights, and the cache at the end of the pass. Activations: the largest operator's inputs and outputs, an
/// estimate from below (`ops` as lower gives them for the pass).
Footprint footprint(const Model&, const ParameterCount&, std::span<const SequenceGroup>, const PrecisionPlan&,
                    std::span<const Op> ops, const Parallelism& = {});
/// The same where the weights are known.
Footprint footprint(Bytes weights, const Model&, std::span<const SequenceGroup>, const PrecisionPlan&,
                    std::span<const Op> ops, const Parallelism&);

/// What one number of sequences after another needs; what they have in common is worked out once. The model
/// must outlive it.
class MemoryNeed {
 public:
  /// `demand.sequences` is not read. Errors: those of ridgeline::footprint().
  static Result<MemoryNeed> make(const Model&, const PrecisionPlan&, const Parallelism&, const MemoryDemand&,
                                 Bytes capacity);
  Result<Footprint> of(std::uint32_t sequences);
  /// As ridgeline::largest_batch().
  Result<std::uint32_t> largest();

 private:
  MemoryNeed(const Model& model, const PrecisionPlan& plan, const Parallelism& devices,
             const MemoryDemand& demand, Bytes capacity)
      : model_(&model), plan_(plan), devices_(devices), demand_(demand), capacity_(capacity) {}
  Status prepare();
  Result<bool> fits(std::uint32_t sequences);
  bool has_tokens() const;
  void prompt_pass();
  Result<std::uint32_t> guess();

  const Model* model_;
  PrecisionPlan plan_;
  Parallelism devices_;
  MemoryDemand demand_;
  Bytes capacity_, weights_{}, prompt_activations_{};
  std::vector<SequenceGroup> pass_;
  std::vector<Op> ops_;
};

}  // namespace ridgeline::engine
