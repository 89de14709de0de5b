#pragma once
// Bandwidth of one memory level, all threads of a team together.

#include <cstddef>
#include <memory>
#include <vector>

#include "live/probe/levels.h"
#include "live/probe/measure.h"
#include "live/probe/team.h"

namespace ridgeline::live {

/// One block of memory a member, in large pages where the system gives them, first touched by the member so
/// that it lies near its core.
class TeamMemory {
 public:
  /// Errors: unavailable, when there is not so much memory.
  static Result<std::unique_ptr<TeamMemory>> allocate(PinnedTeam&, std::size_t bytes_each);
  ~TeamMemory();
  TeamMemory(const TeamMemory&) = delete;
  TeamMemory& operator=(const TeamMemory&) = delete;
  std::byte* of(unsigned member) const { return blocks_[member]; }

 private:
  TeamMemory() = default;
  std::vector<std::byte*> blocks_;
  std::size_t bytes_ = 0;
};

/// Bytes each member needs for a working set: triad's three arrays lie apart.
std::size_t block_bytes(std::size_t working_set);

LevelBandwidth measure_bandwidth(PinnedTeam&, const TeamMemory&, const Level&, Patience&);

}  // namespace ridgeline::live
