#include <array>

#include "ridgeline/engine.h"

namespace ridgeline {

Precision PrecisionPlan::compute() const {
  return size_of(weights) > size_of(activations) ? weights : activations;
}

std::string_view to_string(OpClass kind) {
  static constexpr std::array<std::string_view, op_classes> names{"gemm",   "conv",   "attention",
                                                                  "vector", "gather", "whole_model"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(CalibrationKind kind) {
  static constexpr std::array<std::string_view, 3> names{"ideal", "textbook", "fitted"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Regime regime) {
  static constexpr std::array<std::string_view, 3> names{"Compute Bound", "Memory Bound", "Overhead Bound"};
  return names[static_cast<std::size_t>(regime)];
}

}  // namespace ridgeline
