#include "audit/cores.h"

#include <algorithm>

#include "live/host/cpus.h"

namespace ridgeline::audit {

CorePlan plan_cores(unsigned threads) {
  const auto cores = live::available_cpus();
  CorePlan plan;
  plan.available = static_cast<unsigned>(cores.size());
  plan.threads = std::clamp(threads == 0 ? plan.available - 1 : threads, 1U, plan.available);
  if (plan.threads < plan.available) {
    // The lowest core takes most interrupts: better the driver's than the workload's.
    plan.driver = cores.front();
    plan.workers.assign(cores.begin() + 1, cores.begin() + 1 + plan.threads);
  }
  return plan;
}

}  // namespace ridgeline::audit
