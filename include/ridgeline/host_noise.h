#pragma once
// What the machine did to a measured run besides running it, as far as it could be read. What could not be
// read is absent, never zero.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline {

/// From a meter that counts energy, over the whole run. Scopes overlap: a package holds its cores.
struct HostEnergy {
  std::string scope;  ///< "RAPL package-0", "RAPL package-0/dram", "NVML GPU 0"
  Joules energy{};
};

/// Of a GPU, read now and then.
struct HostGpu {
  std::string name;  ///< "GPU 0, NVIDIA H200"
  std::optional<Watts> power_mean, power_max;
  std::optional<Hertz> clock_mean, clock_min;  ///< of its multiprocessors
  std::optional<double> celsius_max;
};

struct HostNoise {
  Seconds watched{};              ///< from the start of the run to its end
  std::uint64_t readings = 0;     ///< of what changes: clocks, temperatures, power
  std::uint64_t cores = 0;        ///< that this process may use; the next two are sums over them
  std::string watcher;            ///< where the thread that reads runs: "core 3", "a core that others use"
  std::optional<Seconds> stolen;  ///< taken by the hypervisor
  std::optional<Seconds> others;  ///< taken by other programs, and by the kernel for no program
  std::optional<Seconds> own;     ///< processor time of this process: driver, and what runs in it
  std::optional<std::uint64_t> switches, preemptions;  ///< of its threads, given up and taken away
  std::optional<Hertz> clock_mean, clock_min;          ///< of the cores
  std::optional<double> celsius_start, celsius_max;    ///< of the hottest sensor
  /// The driver spins just before it issues, and sees when it is not running.
  std::optional<Seconds> spun, gap_threshold, gap_total, gap_longest;
  std::optional<std::uint64_t> gaps;
  std::vector<HostEnergy> energy;
  std::vector<HostGpu> gpus;
};

}  // namespace ridgeline
