#pragma once
// Which resource rules a step.

#include <algorithm>

#include "engine/cost.h"

namespace ridgeline::engine {

inline Regime regime_of(const Totals& totals, Seconds overhead) {
  const Seconds device = std::max(totals.compute, totals.memory);
  if (overhead > device && overhead >= totals.network) return Regime::overhead_bound;
  if (totals.network > device) return Regime::network_bound;
  return totals.compute >= totals.memory ? Regime::compute_bound : Regime::memory_bound;
}

}  // namespace ridgeline::engine
