#pragma once
// What a fit's error is in groups that it had not seen, and what that makes of its intervals.

#include "calibrate/fit_rows.h"

namespace ridgeline::calibrate {

/// Standard deviation of log(predicted / measured) whose 90 % interval covers 90 % of the values: their 90th
/// percentile of |log| over 1.645. Of TPOT and of TTFT; 0 where there are no values.
struct Spreads {
  double tpot = 0, ttft = 0;
};
Spreads spreads_of(const Validation&);

/// The table's points at these indices.
MeasuredTable subset(const MeasuredTable&, const std::vector<std::size_t>& points);

/// The calibrations that `rows` (all of them, or without a group) give: no spreads, no errors of factors.
Calibrations calibrations_of(const std::vector<const FitRow*>& rows, int max_iterations);

/// Leaves out one group after another, fits the others from the priors on, and predicts it as a user would
/// whose system nobody has measured. `used` is the table that the rows are of, point by point. Ends early,
/// with the groups done so far, when options.stop is set. The intervals are those of its own spreads.
Result<Validation> cross_validate(const std::vector<FitRow>& rows, const MeasuredTable& used, const Catalog&,
                                  const FitOptions&);

}  // namespace ridgeline::calibrate
