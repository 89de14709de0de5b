#pragma once
// The latencies of a run in ascending order, for pictures of their distribution: each of them, or where the
// run keeps a digest what its histogram tells (upper ends of buckets at most 0.1 % wide).

#include <optional>
#include <vector>

#include "ridgeline/digest.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

class LatencySample {
 public:
  /// The run must outlive it. Offline: of samples, since the query began.
  explicit LatencySample(const Run&);

  bool exact() const { return digest_ == nullptr; }
  std::uint64_t count() const;
  /// Requires rank < count().
  Nanoseconds at_rank(std::uint64_t rank) const;
  /// Requires count() > 0.
  Nanoseconds least() const { return exact() ? sorted_.front() : *digest_->min(); }
  Nanoseconds most() const { return exact() ? sorted_.back() : *digest_->max(); }
  /// How many are at most `limit`; of a digest, with those in its bucket.
  std::uint64_t at_most(Nanoseconds limit) const;
  /// Nearest rank, as LoadGen: of rank floor(n p). Absent where n (1 - p) < 1. Requires 0 < p < 1.
  std::optional<Nanoseconds> quantile(double p) const;

 private:
  std::vector<Nanoseconds> sorted_;
  const LatencyHistogram* digest_ = nullptr;
};

}  // namespace ridgeline::report
