#pragma once
// Operators on the roofline of their device, and what is left of its peaks.

#include "versus/point.h"

namespace ridgeline::versus {

Roofline roofline_of(const Point&);
/// Of the pass; of compute with the clock that the heat leaves.
PeakAndSustained sustained_compute(const Profile& pass, const std::optional<SteadyHeat>&);
PeakAndSustained sustained_memory(const Profile& pass);

}  // namespace ridgeline::versus
