#include <array>

#include "ridgeline/engine.h"

namespace ridgeline {

std::string_view to_string(OpClass kind) {
  static constexpr std::array<std::string_view, op_classes> names{
      "gemm", "conv", "attention", "vector", "gather", "whole_model", "experts", "collective"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Collective kind) {
  static constexpr std::array<std::string_view, 6> names{"none",           "all_reduce", "all_gather",
                                                         "reduce_scatter", "all_to_all", "point_to_point"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(CalibrationKind kind) {
  static constexpr std::array<std::string_view, 3> names{"ideal", "textbook", "fitted"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Overlap overlap) { return overlap == Overlap::full ? "full" : "partial"; }

std::string_view to_string(Regime regime) {
  static constexpr std::array<std::string_view, 4> names{"Compute Bound", "Memory Bound", "Overhead Bound",
                                                         "Network Bound"};
  return names[static_cast<std::size_t>(regime)];
}

}  // namespace ridgeline
