#pragma once
// A built-in workload under a schedule on this machine's cores.

#include <atomic>

#include "audit/cores.h"
#include "ridgeline/audit.h"

namespace ridgeline::audit {

/// Runs one batch of the largest size first, so that what a batch needs is built outside the measurement.
Result<Run> measure(Workload&, const std::string& model, const Schedule&, const BatchingPolicy&,
                    const CorePlan&, DriveOptions);

}  // namespace ridgeline::audit
