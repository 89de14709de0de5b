#include "live/probe/bandwidth.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "live/probe/stream.h"

namespace ridgeline::live {
namespace {

// Arrays of whole pages would put the same element of all three at the same place in a page, where stores
// are mistaken for loads' sources (4 KiB aliasing): the arrays stand a quarter page further apart.
constexpr std::size_t apart = 1024;

std::size_t triad_array(std::size_t working_set) {
  return std::max<std::size_t>(1, working_set / 3 / 4096) * 4096;
}

}  // namespace

std::size_t block_bytes(std::size_t working_set) {
  return std::max(working_set, 3 * (triad_array(working_set) + apart));
}

Result<std::unique_ptr<TeamMemory>> TeamMemory::allocate(PinnedTeam& team, std::size_t bytes_each) {
  std::unique_ptr<TeamMemory> memory(new TeamMemory);
  memory->bytes_ = bytes_each;
  for (unsigned i = 0; i < team.size(); ++i) {
    void* block = mmap(nullptr, bytes_each, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) {
      return unavailable(fmt::format("no memory: {} for each of {} threads",
                                     show(Bytes(static_cast<double>(bytes_each))), team.size()));
    }
    madvise(block, bytes_each, MADV_HUGEPAGE);
    memory->blocks_.push_back(static_cast<std::byte*>(block));
  }
  // 0x3c bytes are small ordinary floats (0.0115); zeros would be one page shared by all.
  team.run([&](unsigned member) { std::memset(memory->blocks_[member], 0x3c, bytes_each); });
  return memory;
}

TeamMemory::~TeamMemory() {
  for (auto* block : blocks_) munmap(block, bytes_);
}

LevelBandwidth measure_bandwidth(PinnedTeam& team, const TeamMemory& memory, const Level& level,
                                 Patience& patience) {
  const auto loops = stream_loops();
  const std::size_t bytes = level.working_set;
  const std::size_t array = triad_array(bytes), stride = array + apart;
  const auto together = [&](std::size_t each) { return static_cast<double>(each) * team.size(); };

  LevelBandwidth result;
  result.level = level.name;
  result.capacity = level.capacity;
  result.working_set = Bytes(static_cast<double>(bytes));
  result.read = measure_rate(
      [&](std::uint64_t passes) {
        return team.run([&](unsigned member) { loops.read(memory.of(member), bytes, passes); });
      },
      together(bytes), patience.next());
  result.write = measure_rate(
      [&](std::uint64_t passes) {
        return team.run([&](unsigned member) { loops.write(memory.of(member), bytes, passes); });
      },
      together(bytes), patience.next());
  result.triad = measure_rate(
      [&](std::uint64_t passes) {
        return team.run([&](unsigned member) {
          auto* to = memory.of(member);
          loops.triad(to, to + stride, to + 2 * stride, array, passes);
        });
      },
      together(3 * array), patience.next());
  return result;
}

}  // namespace ridgeline::live
