#pragma once
// Operators on the roofline of their device, and what is left of its peaks.

#include "versus/point.h"

namespace ridgeline::versus {

Roofline roofline_of(const Point&);
/// Of prompts and decode steps by the time that they take; of compute with the clock that the heat leaves.
PeakAndSustained sustained_compute(const Point&, const std::optional<SteadyHeat>&);
PeakAndSustained sustained_memory(const Point&);

}  // namespace ridgeline::versus
