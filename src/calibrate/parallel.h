#pragma once
// A loop whose turns touch nothing in common, over the machine's cores. The result does not depend on how
// many.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace ridgeline::calibrate {

/// The most threads a loop may take; 0: as many as there are cores. Tests set it.
inline std::atomic<std::size_t> most_threads{0};

/// Calls body(i) for 0 <= i < n, each once, on several threads when there are at least `worthwhile` turns.
/// `body` must not throw and must write only what belongs to its turn.
template <class Body>
void for_each_index(std::size_t n, std::size_t worthwhile, const Body& body) {
  const std::size_t cores = most_threads > 0 ? most_threads.load() : std::thread::hardware_concurrency();
  const std::size_t threads =
      n < worthwhile ? 1 : std::min<std::size_t>({std::max<std::size_t>(cores, 1), 16, n});
  constexpr std::size_t chunk = 16;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(chunk); begin < n; begin = next.fetch_add(chunk)) {
      for (std::size_t i = begin; i < std::min(begin + chunk, n); ++i) body(i);
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t t = 1; t < threads; ++t) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace ridgeline::calibrate
