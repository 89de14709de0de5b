#pragma once
// What the operating system says about this machine; whatever it does not say is absent, never invented.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline::live {

/// A data or unified cache as one core sees it.
struct Cache {
  unsigned level = 1;
  Bytes capacity{};
  std::vector<int> cpus;  ///< that share it
};

struct Machine {
  std::string cpu;     ///< "Intel(R) Xeon(R) ..."; "unknown CPU"
  std::string vendor;  ///< "Intel", "AMD", "Arm"; else as the kernel says
  std::string kernel;  ///< "Linux 6.1.0"
  Bytes memory{};      ///< RAM, or this container's limit where that is lower
  Bytes free_memory{};
  bool virtualised = false;
  std::vector<std::string> features;  ///< instruction sets, as the kernel names them
};
Machine describe_machine();
/// "AMD EPYC, 2 cores, Linux 6.1.0, virtual machine".
std::string one_line(const Machine&);

/// Caches of a core, nearest first: from sysfs, else sysconf, else nothing.
std::vector<Cache> caches_of(int cpu);
/// Cores' worth of time that a container may use; absent when it is not limited.
std::optional<double> cpu_quota();

/// Now, UTC: "2026-01-31T12:00:00Z".
std::string utc_now();

/// "0-2,5" as {0, 1, 2, 5}; malformed parts are left out.
std::vector<int> parse_cpu_list(const std::string&);
/// "32K", "512K", "32M" in bytes; 0 when malformed.
Bytes parse_size(const std::string&);
/// First line of a small file without its newline; empty when it cannot be read.
std::string read_line(const std::string& path);

}  // namespace ridgeline::live
