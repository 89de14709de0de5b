#include "live/probe/levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"

namespace ridgeline::live {
namespace {

constexpr double page = 4096;
constexpr double largest_dram_set = 4.0 * 1024 * 1024 * 1024;
constexpr double dram_set_without_caches = 256.0 * 1024 * 1024;

std::size_t whole_pages(double bytes) {
  return static_cast<std::size_t>(std::max(1.0, std::floor(bytes / page))) * static_cast<std::size_t>(page);
}

/// A level over all threads.
struct Reach {
  double share = 0;     ///< smallest share of a thread
  double together = 0;  ///< distinct caches, added up
};

/// Absent unless every thread has the level.
std::optional<Reach> reach(unsigned level, const std::vector<int>& cpus,
                           const std::vector<std::vector<Cache>>& caches) {
  Reach result;
  std::set<std::vector<int>> seen;
  for (const auto& mine : caches) {
    const auto at = std::find_if(mine.begin(), mine.end(), [&](const Cache& c) { return c.level == level; });
    if (at == mine.end()) return std::nullopt;
    const auto sharers = std::count_if(cpus.begin(), cpus.end(), [&](int cpu) {
      return std::find(at->cpus.begin(), at->cpus.end(), cpu) != at->cpus.end();
    });
    const double share = at->capacity.value() / static_cast<double>(std::max<std::ptrdiff_t>(1, sharers));
    result.share = result.share == 0 ? share : std::min(result.share, share);
    if (seen.insert(at->cpus).second) result.together += at->capacity.value();
  }
  if (result.share <= 0) return std::nullopt;
  return result;
}

Level plan_dram(double last_cache, double threads, Bytes memory, Bytes free_memory,
                std::vector<std::string>& warnings) {
  const double wanted = last_cache > 0 ? 4 * last_cache : dram_set_without_caches;
  const double most = std::min(largest_dram_set, free_memory > Bytes(0) ? free_memory.value() / 2 : wanted);
  if (wanted > most) {
    warnings.push_back(fmt::format("DRAM: the working set is {}, less than four times the last cache ({})",
                                   show(Bytes(most)), show(Bytes(last_cache))));
  }
  return {"DRAM", memory, whole_pages(std::min(wanted, most) / threads)};
}

}  // namespace

LevelPlan plan_levels(const std::vector<int>& cpus, const std::vector<std::vector<Cache>>& caches,
                      Bytes memory, Bytes free_memory) {
  LevelPlan plan;
  double before = 0, last_cache = 0;
  for (unsigned level = 1; level <= 4; ++level) {
    const auto reached = reach(level, cpus, caches);
    if (!reached) continue;
    last_cache = reached->together;
    const double usual = reached->share / (level >= 3 ? 4 : 2);
    const double wanted = std::max(usual, 2 * before);
    if (wanted > 0.8 * reached->share) {
      plan.warnings.push_back(
          fmt::format("L{}: not measured, since {} a thread is too little beside {} in the level before",
                      level, show(Bytes(reached->share)), show(Bytes(before))));
    } else {
      plan.levels.push_back({fmt::format("L{}", level), Bytes(reached->together), whole_pages(wanted)});
    }
    before = reached->share;
  }
  if (last_cache == 0)
    plan.warnings.push_back("the system does not tell its cache sizes: only DRAM measured");
  plan.levels.push_back(
      plan_dram(last_cache, static_cast<double>(cpus.size()), memory, free_memory, plan.warnings));
  return plan;
}

}  // namespace ridgeline::live
