#pragma once
// Steps with inputs from both sides, solved by the engine, and the factors that can be mixed.

#include <unordered_map>
#include <vector>

#include "explain/setup.h"
#include "explain/step.h"

namespace ridgeline::explain {

/// Solves mixtures of two setups. Operators and device rates are kept, so that a mixture costs its
/// arithmetic.
class Mixer {
 public:
  Mixer(const Setup& baseline, const Setup& proposal)
      : baseline_(baseline), proposal_(proposal), changed_(changed_fields(baseline, proposal)) {}

  /// All that differs: with it the mixture is the proposal.
  FieldMask changed() const { return changed_; }

  /// False where the engine refuses the mixture: a precision that its hardware lacks, heads that do not
  /// divide, a link that it does not have.
  bool possible(FieldMask from_proposal);
  /// Requires possible().
  StepPoint at(FieldMask from_proposal);
  /// The mixture's shape, devices, power and price, for what is made of its latency.
  const Setup& side(FieldMask field, FieldMask from_proposal) const {
    return (from_proposal & field) != 0 ? proposal_ : baseline_;
  }

  /// The changed fields as factors, in their order. Where a mixture is impossible the field that spoils it
  /// and the one that mends it become one factor, until every mixture of factors is possible.
  std::vector<FieldMask> factors();

 private:
  const Result<LoweredStep>& lowered(FieldMask);
  const Result<engine::DeviceView>& device(FieldMask);

  const Setup &baseline_, &proposal_;
  FieldMask changed_;
  std::unordered_map<FieldMask, Result<LoweredStep>> lowered_;
  std::unordered_map<FieldMask, Result<engine::DeviceView>> devices_;
  std::unordered_map<FieldMask, Calibration> calibrations_;
};

}  // namespace ridgeline::explain
