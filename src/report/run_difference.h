#pragma once
// Two runs, and what can be said of their difference.

#include <string>

#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/run_difference.h"

namespace ridgeline::report {

/// A run under the name that a person gave it: an id, a file.
struct NamedRun {
  std::string name;
  Run run;
};

std::string text(const RunDifference&, const NamedRun& a, const NamedRun& b, const RunComparison&);
std::string markdown(const RunDifference&, const NamedRun& a, const NamedRun& b, const RunComparison&);
/// Schema ridgeline.run-difference/1 (docs/run-differences.md).
std::string json(const RunDifference&, const NamedRun& a, const NamedRun& b, const RunComparison&);

/// The document's body without its head and its two sides.
Json to_json(const RunDifference&, const RunComparison&);
/// "+1.08 ms [0.82, 1.35]"; "+2.1 points" of a share.
std::string absolute_change(const MetricDifference&);
/// "+34 % [26 %, 43 %]", a dash where A is 0.
std::string relative_change(const MetricDifference&);
/// "3.20 ms", "418/s", "97.2 %".
std::string metric_value(const RunMetric&, double);
/// Evidence in words: "shown", "not shown", "unknown".
std::string in_words(Evidence);
/// What a run was, after its name.
std::string what_ran(const Run&, std::uint64_t queries);
Table metrics_table(const RunDifference&, const RunComparison&);
Table shift_table(const RunDifference&);
Table phase_table(const RunDifference&);
/// What the intervals are of, in a sentence.
std::string how_resampled(const RunDifference&, const RunComparison&);
/// The sentences as a paragraph, wrapped.
std::string paragraph(const RunDifference&);

}  // namespace ridgeline::report
