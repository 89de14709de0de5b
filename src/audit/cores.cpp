#include "audit/cores.h"

#include <algorithm>

#include "live/host/cpus.h"

namespace ridgeline::audit {
namespace {

std::vector<int> without(const std::vector<int>& cores, const std::vector<int>& taken) {
  std::vector<int> left;
  for (const int core : cores) {
    if (std::find(taken.begin(), taken.end(), core) == taken.end()) left.push_back(core);
  }
  return left;
}

}  // namespace

CorePlan plan_cores(unsigned threads) { return plan_cores(threads, DriveOptions(), {}); }

CorePlan plan_cores(unsigned threads, const DriveOptions& driving, const std::vector<int>& workload_cpus) {
  const auto cores = live::available_cpus();
  CorePlan plan;
  plan.available = static_cast<unsigned>(cores.size());
  plan.drivers = driving.driver_cpus;
  plan.workers = workload_cpus;
  if (!plan.workers.empty()) {
    plan.threads = threads == 0 ? static_cast<unsigned>(plan.workers.size()) : threads;
  } else {
    // At least one core is left for a driver that has none, and one for the workload.
    const auto issuers =
        static_cast<unsigned>(plan.drivers.empty() ? driving.issue_threads : plan.drivers.size());
    const unsigned left = plan.available - std::clamp(issuers, 1U, std::max(2U, plan.available) - 1);
    plan.threads = std::clamp(threads == 0 ? left : threads, 1U, plan.available);
  }
  if (plan.drivers.empty()) {
    // The lowest core takes most interrupts: better the driver's than the workload's.
    plan.drivers = without(cores, plan.workers);
    const std::size_t room = plan.workers.empty() ? cores.size() - plan.threads : plan.drivers.size();
    plan.drivers.resize(std::min<std::size_t>({plan.drivers.size(), room, driving.issue_threads}));
  }
  if (plan.workers.empty() && !plan.drivers.empty()) {
    plan.workers = without(cores, plan.drivers);
    if (plan.workers.size() > plan.threads) plan.workers.resize(plan.threads);
  }
  return plan;
}

}  // namespace ridgeline::audit
