#pragma once
// Limits on one query.

#include "ridgeline/tail.h"

namespace ridgeline::load {

/// Within every limit that is set.
bool meets(const QueryRecord&, const LatencyObjective&);

}  // namespace ridgeline::load
