#pragma once
// A simulation, and whether its batching policy ever held a batch small.

#include "ridgeline/simulation.h"

namespace ridgeline::serve {

struct CountedRun {
  Run run;
  std::uint32_t largest_batch = 0;  ///< that was started
};
/// As simulate(). Where the largest batch is less than max_batch, the policy never held one small, and every
/// larger max_batch gives the same records.
Result<CountedRun> simulate_counted(const Schedule&, const SimulatedSystem&);

}  // namespace ridgeline::serve
