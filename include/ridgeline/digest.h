#pragma once
// What is kept of a run that is too long to keep each of its queries: counts, sums and histograms, which take
// the same memory however many queries there were.

#include <array>
#include <cstdint>
#include <vector>

#include "ridgeline/histogram.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// Of one kind of time: latency, time to first token, time per output token.
struct TimesDigest {
  LatencyHistogram times{3};  ///< quantiles are at most 0.1 % too high
  std::uint64_t over = 0;     ///< above the scenario's limit, exactly; 0 where there is none
};

/// One of the equal stretches that a run is cut into: how it went, and how its parts differ, which tells how
/// far its percentiles can be trusted.
struct RunStretch {
  std::uint64_t arrived = 0, completed = 0, samples = 0;  ///< queries; samples are completed ones
  double waiting = 0, busy = 0;  ///< seconds that queries waited in it, and workers computed; simulated runs
  LatencyHistogram latency{2}, first_token{2}, per_token{2};  ///< of those completed
};

/// Seconds by phase, in the order of Phases, of the queries whose latency lies in one bucket.
struct PhaseSums {
  std::uint64_t queries = 0;
  std::array<double, 6> seconds{};
};

/// Times from one token, or chunk of tokens, of an answer to the next.
struct TokenGaps {
  LatencyHistogram times{3};
};

struct RunDigest {
  std::uint64_t queries = 0, samples = 0;
  std::uint64_t good = 0;  ///< queries within every limit of the scenario; 0 where it sets none
  std::uint32_t samples_per_query = 1;
  Nanoseconds last_scheduled{0}, last_issued{0}, last_completed{0};  ///< of the query issued last
  Nanoseconds end{0};                                                ///< the latest completion
  TimesDigest latency, first_token, per_token;                       ///< Offline: latency is of samples
  LatencyHistogram lateness{2};                                      ///< of issue
  Nanoseconds width{0};                                              ///< of a stretch
  std::vector<RunStretch> stretches;  ///< from 0 to `end`, 32 to 64 of a long run
  std::vector<PhaseSums> phases;      ///< by the bucket of a LatencyHistogram(2); or empty
};

}  // namespace ridgeline
