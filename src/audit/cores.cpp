#include "audit/cores.h"

#include <sched.h>

#include <algorithm>

namespace ridgeline::audit {
namespace {

std::vector<int> allowed_cores() {
  std::vector<int> cores;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &set)) cores.push_back(core);
    }
  }
  if (cores.empty()) cores.push_back(0);
  return cores;
}

}  // namespace

CorePlan plan_cores(unsigned threads) {
  const auto cores = allowed_cores();
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
