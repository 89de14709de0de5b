#pragma once
// Which cores the driver and the workload get: a system under test that fills every core starves its own
// measurement.

#include <vector>

namespace ridgeline::audit {

struct CorePlan {
  unsigned available = 1;    ///< cores this process may use
  unsigned threads = 1;      ///< for the workload
  int driver = -1;           ///< core of the issuing thread; -1: shared with the workload, not pinned
  std::vector<int> workers;  ///< cores of the workload; empty: not pinned
};

/// `threads` 0 takes every core but one; asking for all of them gives up pinning, and the report says so.
CorePlan plan_cores(unsigned threads);

}  // namespace ridgeline::audit
