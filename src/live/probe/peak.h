#pragma once
// Loops of multiply-adds that never leave the registers: what a core computes when nothing stands in its way.

#include <cstdint>
#include <string>
#include <vector>

#include "ridgeline/catalog.h"

namespace ridgeline::live {

struct PeakLoop {
  Precision precision = Precision::fp32;
  std::string instructions;  ///< "AVX2 FMA"
  double flops_per_iteration = 0;
  void (*run)(std::uint64_t iterations) = nullptr;
};

/// The fastest loop for each precision that this CPU has instructions for; fp32 and fp64 always.
std::vector<PeakLoop> peak_loops();

/// Formats the CPU computes in units that no loop here reaches, as warning lines ("AMX is there ...").
std::vector<std::string> unmeasured_units(const std::vector<std::string>& cpu_features);

}  // namespace ridgeline::live
