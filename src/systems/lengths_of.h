#pragma once
// Token lengths of one query, for systems that are told them.

#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::systems {

/// Of each sample of the query; empty where the schedule leaves lengths to the system.
std::vector<TokenLengths> lengths_of(const Schedule&, const Query&);

}  // namespace ridgeline::systems
