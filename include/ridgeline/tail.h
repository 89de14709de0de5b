#pragma once
// Tails of latency distributions: what a mean and a standard deviation imply, what a sample supports, what
// many parts make of one part's tail, and how much of it meets an objective (docs/tail.md).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/scenario.h"
#include "ridgeline/units.h"

namespace ridgeline {

struct LatencyMoments {
  Seconds mean{}, sd{};
};

struct TailOptions {
  std::vector<double> percentiles = {0.50, 0.90, 0.95, 0.99, 0.999, 0.9999};  ///< each in (0, 1)
  double target = 0.99;  ///< the percentile that a fan-out is asked for, in (0, 1)
  std::vector<std::uint64_t> parts = {1, 10, 100, 1000, 10000};  ///< sizes of a fan-out, each 1 to 10^9
  /// A closed loop meant to issue one query in so long: also give its tail with what it left out.
  std::optional<Seconds> expected_interval;
};

/// A quantile by what is assumed about the distribution; mean and SD are given.
struct AssumedQuantile {
  Seconds normal{};     ///< mean + z SD
  Seconds lognormal{};  ///< of the same mean and SD
  Seconds cantelli{};   ///< no distribution of this mean and SD has a greater quantile
  Seconds chebyshev{};  ///< the looser bound that counts both tails
};

struct TailQuantile {
  double percentile = 0;
  AssumedQuantile assumed;
  /// Of the sample, nearest rank, with an interval that allows for dependence between neighbours; absent
  /// where no sample is expected beyond it, the interval where too few effective ones are.
  std::optional<Estimate> observed;
  std::optional<Estimate> if_independent;  ///< the same with the interval of independent samples
  std::optional<double> effective_samples;
  std::optional<Seconds> corrected;  ///< with what the closed loop left out
};

/// A request that waits for all of its parts, or a step that waits for all devices. Parts are independent.
struct FanOut {
  std::uint64_t parts = 1;
  double slow = 0;           ///< P(some part is beyond its own target percentile) = 1 - p^N
  double needed = 0;         ///< the percentile of one part that is the whole's target percentile: p^(1/N)
  AssumedQuantile quantile;  ///< of the whole at the target percentile: of one part at `needed`
  Seconds normal_worst{}, lognormal_worst{};  ///< expected greatest of N
  std::optional<Seconds> observed_quantile;   ///< absent where the sample does not reach
  std::optional<Seconds> observed_worst;      ///< of N draws from the sample; absent for N > n
};

struct Tail {
  LatencyMoments moments;
  std::uint64_t samples = 0;  ///< 0: mean and SD are given, everything else is assumed
  std::uint64_t added = 0;    ///< samples that the correction added
  std::optional<Seconds> expected_interval;
  double target = 0;
  std::vector<TailQuantile> quantiles;
  std::vector<FanOut> fan_outs;
};

/// From a mean and a standard deviation alone. Bad input: mean not above 0, negative SD, options out of
/// range.
Result<Tail> tail_of_moments(const LatencyMoments&, const TailOptions& = {});
/// From latencies in the order in which they were issued, which is how dependence is seen. Bad input: fewer
/// than two, one that is negative or not finite, all of them 0, options out of range, an expected interval
/// that would add more than 10^8 samples.
Result<Tail> tail_of_samples(const std::vector<Seconds>& latencies, const TailOptions& = {});

// ---------------------------------------------------------------------------------------------- objectives

/// Limits on a query; at least one. A query without a first token misses a limit on TTFT or TPOT.
struct LatencyObjective {
  std::optional<Seconds> latency;
  std::optional<Seconds> ttft;  ///< scheduled to first token
  std::optional<Seconds> tpot;  ///< first token to last, over the tokens of one sample after the first
  friend bool operator==(const LatencyObjective&, const LatencyObjective&) = default;
};

/// What a scenario asks of each query; empty where it sets no limit, and for Offline, which has one query.
std::optional<LatencyObjective> objective_of(const Scenario&);

/// Bad input: no limit, or one that is not above 0; a digest, which knows of its scenario's own limits only
/// which queries met all of them.
Result<Goodput> goodput(const Run&, const LatencyObjective&);

/// How many queries come too late, and what a fleet makes of it.
struct LateQueries {
  Seconds after{};
  std::uint64_t queries = 0, late = 0;  ///< late: took longer than `after`
  Estimate share;           ///< late / queries, with the exact 95 % interval (Clopper and Pearson) of a share
  std::uint64_t fleet = 1;  ///< devices, each at one query of its own
  Estimate some_late;       ///< P(one of the fleet or more is late) = 1 - (1 - share)^fleet
};
/// Queries, and devices, are taken for independent. Bad input: a limit not above 0, a fleet of 0 or more than
/// 10^9, a digest, a run without queries.
Result<LateQueries> late_queries(const Run&, Seconds after, std::uint64_t fleet);

/// A run cut into windows of `length` from its start, by completion: what arrived and completed in each, and
/// P99 (nearest rank) of those completed, absent where fewer than 100 did. Other figures are left at 0. Bad
/// input: a length not above 0, or more than 10^6 windows.
Result<std::vector<Window>> completion_windows(const Run&, Nanoseconds length);

}  // namespace ridgeline
