#pragma once
// What a serving engine stores and computes in, from the few words that a benchmark keeps about it.

#include <optional>

#include "ridgeline/engine.h"

namespace ridgeline::calibrate {

/// The words of a row, read; missing ones are empty.
struct PrecisionWords {
  std::optional<Precision> overall;  ///< of the checkpoint
  std::optional<Precision> gemm, experts, kv_cache;
};

bool has_experts(const Model&);

/// The rules are in docs/measured-csv.md; nothing said at all is bf16.
PrecisionPlan plan_for(const Model&, const Hardware&, const PrecisionWords&);

}  // namespace ridgeline::calibrate
