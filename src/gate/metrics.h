#pragma once
// What criteria may be about.

#include <span>
#include <string>
#include <vector>

#include "ridgeline/gate.h"

namespace ridgeline::gate {

std::vector<CriterionMetric> names_of(std::span<const GateMetric>);
/// Warnings of criteria that fail on the better side of their limit, which reads like a requirement.
std::vector<std::string> reversed(std::span<const Criterion>, std::span<const GateMetric>);

}  // namespace ridgeline::gate
