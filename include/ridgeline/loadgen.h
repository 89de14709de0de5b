#pragma once
// Checks this library's schedules, early stopping and random numbers against recorded results of the MLPerf
// LoadGen (docs/scenarios.md).

#include <cstdint>
#include <optional>
#include <string>

#include "ridgeline/result.h"

namespace ridgeline {

struct LoadGenCheck {
  std::string format;                     ///< "schedules", "early stopping", "random numbers"
  std::uint64_t rows = 0;                 ///< checked, the one that differs included
  std::optional<std::string> difference;  ///< the first: FILE:LINE, what the file has, what was computed
};

/// Recognises the file by its columns or keys.
///   schedules (CSV): target_qps, schedule_rng_seed, min_duration_ms, min_query_count,
///   performance_sample_count
///     and equal_issue are the settings; reproduced_query_count, reproduced_last_scheduled_ns and
///     reproduced_scheduled_samples_per_s what LoadGen makes of them.
///   early stopping (CSV): percentile (in %), queries, and would_discard, the latencies it would discard.
///   random numbers (JSON): per round of MLPerf, the first draws of LoadGen's generators.
/// An Error is a file that cannot be read or understood.
Result<LoadGenCheck> verify_loadgen(const std::string& path);

}  // namespace ridgeline
