#pragma once
// The audit in sentences: where prediction and measurement part most, and why Offline and Server differ.

#include "ridgeline/audit.h"

namespace ridgeline::audit {

/// Reads only what the report holds; a workload without both columns is passed over.
std::vector<std::string> narrate(const AuditReport&);

}  // namespace ridgeline::audit
