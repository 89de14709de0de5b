#pragma once
// Which working set shows which level of the memory hierarchy.

#include <cstddef>
#include <string>
#include <vector>

#include "live/host/machine.h"

namespace ridgeline::live {

struct Level {
  std::string name;             ///< "L1" ... "DRAM"
  Bytes capacity{};             ///< as these threads see it: every cache they reach, added up
  std::size_t working_set = 0;  ///< of each thread, bytes; a multiple of 4096
};

struct LevelPlan {
  std::vector<Level> levels;  ///< nearest first; DRAM always last
  std::vector<std::string> warnings;
};

/// A thread's share of a level is its capacity over the threads that share it. The working set is half the
/// share (a quarter in the third level, which other tenants and the rest of the machine use too), and at
/// least twice the share of the level before; a level where both cannot hold is left out with a warning.
/// DRAM: four times all last-level caches together, at most half of the free memory and 4 GiB.
/// caches[i] are those of cpus[i], nearest first.
LevelPlan plan_levels(const std::vector<int>& cpus, const std::vector<std::vector<Cache>>& caches,
                      Bytes memory, Bytes free_memory);

}  // namespace ridgeline::live
