#pragma once
// One measurement made several times: what differs from run to run is what a single run cannot tell of
// itself.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline {

struct Repetition {
  std::uint64_t seed = 0;  ///< of its schedule
  std::string id;          ///< in the store; empty where it is not kept
  bool interrupted = false;
  Summary summary;
};

/// Means over the runs that came to their end, with Student's t over them as 95 % interval. A figure is
/// absent when one of those runs does not have it; its interval below two of them.
struct RepeatedFigures {
  std::uint64_t runs = 0;   ///< that came to their end
  std::uint64_t valid = 0;  ///< of those
  std::optional<Estimate> mean, p50, p90, p99, throughput, ttft_p99, tpot_p99, lateness_p99;
};
RepeatedFigures figures_of(const std::vector<Repetition>&);

}  // namespace ridgeline
