#pragma once
// What the parts of a training step cost on a device: products and collectives by their kernels where those
// were measured, everything else by the engine's roofline.

#include <vector>

#include "engine/cost.h"
#include "ridgeline/training.h"

namespace ridgeline::train {

class Costs {
 public:
  /// All must outlive it.
  Costs(const Hardware&, const engine::DeviceView&, const TrainingCoefficients&);

  Seconds of(const std::vector<Op>&) const;
  /// A collective of `peers` devices that lie within `span` of one another.
  Seconds of(Collective, unsigned peers, unsigned span, Bytes payload) const;
  /// So much read and written.
  Seconds memory(double bytes) const { return Seconds(bytes * rates_.passing); }

 private:
  Seconds of(const Op&) const;
  std::optional<Seconds> measured_product(const Op&) const;
  std::optional<Seconds> measured_collective(Collective, unsigned peers, Bytes payload) const;

  const Hardware& hardware_;
  const TrainingCoefficients& coefficients_;
  engine::Rates rates_;
};

}  // namespace ridgeline::train
