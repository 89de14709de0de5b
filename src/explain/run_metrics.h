#pragma once
// The figures of one run, by the names of run_metrics().

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "load/seen.h"
#include "ridgeline/run_difference.h"

namespace ridgeline::explain {

/// Those that the run has, in the order of run_metrics(), in SI units.
std::vector<std::pair<const RunMetric*, double>> metric_values(const Run&, const Summary&, const load::Seen&);

/// The level of a metric that is a percentile: 0.99 of "p99" and "ttft_p99".
std::optional<double> level_of(std::string_view metric);

/// The meter of energy_per_query: the first of A's that B has too. Empty: none.
std::string_view common_meter(const Summary& a, const Summary& b);

}  // namespace ridgeline::explain
