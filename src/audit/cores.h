#pragma once
// Which cores the driver and the workload get: a system under test that fills every core starves its own
// measurement.

#include <vector>

#include "ridgeline/measurement.h"

namespace ridgeline::audit {

struct CorePlan {
  unsigned available = 1;    ///< cores this process may use
  unsigned threads = 1;      ///< for the workload
  std::vector<int> drivers;  ///< cores of the issuing threads; empty: shared with the workload, not pinned
  std::vector<int> workers;  ///< cores of the workload; empty: not pinned
};

/// `threads` 0 takes every core but one; asking for all of them gives up pinning, and the report says so.
CorePlan plan_cores(unsigned threads);
/// The same for a driver of its own issue_threads and driver_cpus, and a workload with cores of its own. What
/// is given is taken as it is; the rest follows from it.
CorePlan plan_cores(unsigned threads, const DriveOptions&, const std::vector<int>& workload_cpus);

}  // namespace ridgeline::audit
