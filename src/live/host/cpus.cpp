#include "live/host/cpus.h"

#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "live/host/machine.h"

namespace ridgeline::live {
namespace {

/// 0 for the first hardware thread of a physical core, 1 for its sibling, ...
std::size_t sibling_rank(int cpu) {
  const auto siblings = parse_cpu_list(
      read_line(fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", cpu)));
  const auto at = std::find(siblings.begin(), siblings.end(), cpu);
  return at == siblings.end() ? 0 : static_cast<std::size_t>(at - siblings.begin());
}

}  // namespace

std::vector<int> available_cpus() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::vector<std::pair<std::size_t, int>> ranked;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &mask)) ranked.emplace_back(sibling_rank(cpu), cpu);
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<int> cpus;
  for (const auto& [rank, cpu] : ranked) cpus.push_back(cpu);
  // More cores than CPU_SETSIZE: the mask cannot be read, and the first ones are taken.
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  for (int cpu = 0; ranked.empty() && cpu < std::max(1L, online); ++cpu) cpus.push_back(cpu);
  return cpus;
}

Status pin_this_thread(const std::vector<int>& cpus) {
  if (cpus.empty()) return Status::success();
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::string names;
  for (int cpu : cpus) {
    if (cpu < 0 || cpu >= CPU_SETSIZE) return bad_input(fmt::format("there is no core {}", cpu));
    CPU_SET(cpu, &mask);
    names += fmt::format("{}{}", names.empty() ? "" : ",", cpu);
  }
  if (sched_setaffinity(0, sizeof mask, &mask) != 0) {
    return unavailable(fmt::format("cannot pin a thread to core {}: this process may not use it", names));
  }
  return Status::success();
}

Status size_and_pin_team(unsigned threads, const std::vector<int>& cpus) {
  omp_set_dynamic(0);
  omp_set_num_threads(static_cast<int>(threads));
  std::atomic<bool> failed{false};
#pragma omp parallel num_threads(threads)
  {
    const auto member = static_cast<std::size_t>(omp_get_thread_num());
    const bool own_core = threads <= cpus.size();
    const auto mine = own_core ? std::vector<int>{cpus[member]} : cpus;
    if (!pin_this_thread(mine)) failed = true;
  }
  if (failed) return unavailable("cannot pin the library's threads: this process may not use those cores");
  return Status::success();
}

AffinityGuard::AffinityGuard() {
  CPU_ZERO(&saved_);
  known_ = sched_getaffinity(0, sizeof saved_, &saved_) == 0;
}

AffinityGuard::~AffinityGuard() {
  if (known_) sched_setaffinity(0, sizeof saved_, &saved_);
}

}  // namespace ridgeline::live
