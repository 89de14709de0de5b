#pragma once
// What two runs say of a metric.

#include <optional>
#include <string_view>

#include "ridgeline/gate.h"

namespace ridgeline::gate {

/// Of one run, with the interval that its summary has.
struct Figure {
  Estimate estimate;
  Certainty certainty = Certainty::sampled;
};
std::optional<Figure> figure(const Summary&, std::string_view metric);
Observation observe(std::string_view metric, const RunDifference&, const Summary& base, const Summary& head);

}  // namespace ridgeline::gate
