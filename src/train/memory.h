#pragma once
// What training keeps in a device's memory.

#include "train/layer.h"

namespace ridgeline::train {

/// A device's part of the model: layers of each kind on one stage, and what one of each is.
struct StageWork {
  LayerWork dense, routed;
  double dense_layers = 0, routed_layers = 0;  ///< on the stage that has most
  double embedding = 0;                        ///< parameters of the table on this device
  double layers() const { return dense_layers + routed_layers; }
  /// Parameters on a device of the first stage: those that all data ranks have, and routed experts.
  double shared() const { return dense.weights * dense_layers + routed.weights * routed_layers + embedding; }
  double experts() const { return routed.experts * routed_layers; }
};

/// Weights 2 bytes, gradients 4, optimizer 12 (fp32 weights and two moments) a parameter, divided by ZeRO;
/// activations of the micro-batches under way on the first stage.
TrainingMemory training_memory(const StageWork&, const Transformer&, const TrainingPlan&, Bytes capacity);

}  // namespace ridgeline::train
