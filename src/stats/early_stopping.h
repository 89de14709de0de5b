#pragma once
// MLPerf's early stopping: how many queries show, with 99 % confidence, that a percentile is within a limit.
// If the true fraction over the limit were 1 - p or more, seeing only t over it among n queries would have
// probability at most P(Binomial(n, 1 - p) <= t). The run is long enough when that is at most 1 - confidence.
// The rule takes the queries as independent; queueing latencies are not, so its 99 % is nominal.

#include <cstdint>
#include <optional>

namespace ridgeline::stats {

constexpr double early_stopping_confidence = 0.99;

/// The fewest queries under the limit that are needed beside t over it: the smallest h with
/// I_p(h, t + 1) <= 1 - confidence. Requires 0 < p < 1.
std::uint64_t queries_under_needed(std::uint64_t t, double p, double confidence = early_stopping_confidence);

/// Whether n queries with t of them over the limit suffice: n >= queries_under_needed(t) + t.
bool enough_queries(std::uint64_t n, std::uint64_t t, double p,
                    double confidence = early_stopping_confidence);

/// The fewest queries with which an estimate exists: 64 at P90, 662 at P99, 6,636 at P99.9.
std::uint64_t least_for_estimate(double p, double confidence = early_stopping_confidence);

/// SingleStream and MultiStream: the largest t for which n queries suffice. The t - 1 greatest latencies are
/// discarded and the estimate is sorted[n - t]. Absent when n < least_for_estimate.
std::optional<std::uint64_t> largest_over(std::uint64_t n, double p,
                                          double confidence = early_stopping_confidence);

}  // namespace ridgeline::stats
