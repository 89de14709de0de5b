#pragma once
// Which cores this process may use, and pinning threads to them.

#include <sched.h>

#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::live {

/// Cores in this process's affinity mask, the first hardware thread of each physical core ahead of its
/// siblings: the first n are the best n to pin n threads to. Never empty.
std::vector<int> available_cpus();

/// Restricts the calling thread (and threads it starts later) to these cores. Empty: does nothing.
/// Errors: unavailable, when none of them may be used.
Status pin_this_thread(const std::vector<int>& cpus);

/// Gives the OpenMP team of the calling thread `threads` members and pins member i to cpus[i]; with fewer
/// cores than members the members share all of them. Empty: sets the size and pins nothing.
Status size_and_pin_team(unsigned threads, const std::vector<int>& cpus);

/// Puts the calling thread's affinity back when it goes.
class AffinityGuard {
 public:
  AffinityGuard();
  ~AffinityGuard();
  AffinityGuard(const AffinityGuard&) = delete;
  AffinityGuard& operator=(const AffinityGuard&) = delete;

 private:
  cpu_set_t saved_;
  bool known_ = false;
};

}  // namespace ridgeline::live
