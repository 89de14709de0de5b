#pragma once
// How a simulated run went: the phases of its queries, and its windows.

#include "serve/batching_system.h"

namespace ridgeline::serve {

/// Fills Run::phases and, where the system asks for them, Run::windows of a run whose queries have all
/// completed. A query waits until the batch of its last sample starts. A window's clock, temperature and
/// energy are exact at the ends of governor periods and linear between them.
void describe_course(Run&, BatchingSystem&, const SimulatedSystem&);

}  // namespace ridgeline::serve
