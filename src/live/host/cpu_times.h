#pragma once
// Processor time as the kernel counts it.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline::live {

/// Since the machine started, summed over some cores; in steps of the kernel's tick, mostly 10 ms.
struct CpuTimes {
  Seconds busy{};    ///< programs, the kernel and interrupts
  Seconds stolen{};  ///< the hypervisor ran something else
};
/// Of the text of /proc/stat; absent when it does not have all of these cores.
std::optional<CpuTimes> cpu_times(const std::string& proc_stat, const std::vector<int>& cpus,
                                  double ticks_per_second);

/// Of this process: processor time, and how often its threads left a core.
struct ProcessTimes {
  Seconds running{};
  std::uint64_t switches = 0, preemptions = 0;  ///< given up, taken away
};
std::optional<ProcessTimes> process_times();

}  // namespace ridgeline::live
