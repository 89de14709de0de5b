#pragma once
// One setup, and what becomes of it when one input changes.

#include <optional>
#include <string_view>
#include <vector>

#include "explain/step.h"

namespace ridgeline::explain {

/// Inputs that can be scaled.
enum class Knob {
  peak,
  bandwidth,  ///< of main memory
  interconnect,
  compute_efficiency,
  memory_efficiency,
  overheads,  ///< every fixed time
  batch,
  context,
  tokens,
};
std::string_view to_string(Knob);

/// Solves a setup again and again with one input changed; what does not change is kept.
class WhatIf {
 public:
  /// The errors of predict().
  static Result<WhatIf> make(const Setup&);

  const StepPoint& now() const { return now_; }
  /// Bandwidth, peak at the precision that computes, sequences, tokens: what scale() multiplies. 0 where the
  /// setup has none of it (no link used, no context, a knob that is many numbers).
  double value(Knob) const;
  /// With the input times `factor`; nothing where the engine refuses it (an efficiency beyond 1). Not for
  /// batch, context and tokens.
  std::optional<StepPoint> scaled(Knob, double factor) const;
  /// With so many sequences or tokens in each group of the pass (batch: in the only one).
  std::optional<StepPoint> with(Knob, std::uint32_t number) const;
  /// Shape with the number in place.
  StepShape shape_with(Knob, std::uint32_t number) const;
  const Setup& setup() const { return setup_; }
  Bytes need() const { return step_.need; }  ///< memory of the fullest device

 private:
  explicit WhatIf(const Setup& setup) : setup_(setup) {}

  Setup setup_;
  LoweredStep step_;
  StepPoint now_;
};

/// Explanation::idle, what the proposal has more of than it can use.
std::vector<IdleCapability> find_idle(const WhatIf& proposal, const Setup& baseline);
/// Explanation::shifts.
std::vector<RegimeShift> find_shifts(const WhatIf& proposal);
/// Explanation::elasticities, of the latency of a unit of work.
std::vector<Elasticity> find_elasticities(const WhatIf& proposal, const Work&);
/// True when the proposal with this input times `factor` takes as long, within 0.5 %.
bool as_fast_with(const WhatIf& proposal, Knob, double factor);

}  // namespace ridgeline::explain
