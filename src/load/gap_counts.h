#pragma once
// Counts gaps between tokens from any thread, without locks.

#include <atomic>
#include <vector>

#include "ridgeline/digest.h"
#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// A LatencyHistogram that threads may add to at once. Allocates at construction only.
class GapCounts {
 public:
  void add(Nanoseconds gap);
  /// Run::token_gaps, where there were any. After all add().
  void finish(Run&) const;

 private:
  TokenGaps shape_;  ///< empty: says which bucket a gap belongs to
  std::vector<std::atomic<std::uint64_t>> counts_ =
      std::vector<std::atomic<std::uint64_t>>(shape_.times.buckets());
  std::atomic<std::uint64_t> min_{UINT64_MAX}, max_{0}, sum_{0};  ///< ns; a sum of 584 years
};

}  // namespace ridgeline::load
