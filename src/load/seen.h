#pragma once
// What a run saw, in one shape whether it was kept query by query or as a digest.

#include <optional>
#include <vector>

#include "ridgeline/digest.h"
#include "ridgeline/scenario.h"
#include "stats/interval.h"

namespace ridgeline::load {

/// Times of one kind. Of a digest, which must outlive this: a rank is known to within its bucket.
class Times {
 public:
  /// In the order of issue, which is how dependence between neighbours is seen.
  explicit Times(std::vector<Nanoseconds> in_order);
  Times(const TimesDigest&, const std::vector<RunStretch>&, LatencyHistogram RunStretch::*);

  std::uint64_t size() const;
  bool exact() const { return digest_ == nullptr; }
  /// The most and the least that the time of this rank can be, in ascending order; equal when exact.
  Nanoseconds at_rank(std::uint64_t) const;
  Nanoseconds least_at_rank(std::uint64_t) const;
  /// How many are above the limit, exactly. Of a digest, only the scenario's own limit may be asked for.
  std::uint64_t over(Nanoseconds limit) const;

  std::optional<Seconds> mean() const;
  std::optional<stats::Interval> mean_interval() const;  ///< in seconds; allows for dependence
  /// For the quantile that is `threshold`; sizes below `least` are only known to be below it.
  double effective_size(Nanoseconds threshold, double least) const;

 private:
  std::vector<double> in_order_;  ///< seconds
  std::vector<Nanoseconds> sorted_;
  const TimesDigest* digest_ = nullptr;
  const std::vector<RunStretch>* stretches_ = nullptr;
  LatencyHistogram RunStretch::* part_ = nullptr;
};

/// Offline: latencies are of samples.
struct Seen {
  std::uint64_t queries = 0, samples = 0;
  std::uint32_t first_samples = 0;                                   ///< of the query issued first
  Nanoseconds last_scheduled{0}, last_issued{0}, last_completed{0};  ///< of the query issued last
  Nanoseconds end{0};                                                ///< the latest completion
  Times latency, first_token, per_token;
};
Seen seen_in(const Run&);

}  // namespace ridgeline::load
