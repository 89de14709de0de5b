#pragma once
// Robust regression with a ridge, and the errors of what it finds. docs/calibration.md has the objective.

#include <vector>

#include "calibrate/fit_levels.h"

namespace ridgeline::calibrate {

/// Residuals beyond these count linearly: rows that describe some other run than they say.
constexpr double tpot_scale = 0.10, ttft_scale = 0.15;
/// Residual of a log factor one expected spread away from 0. Errors within a group of rows are alike, so a
/// row counts for less than an independent measurement would: this is their common size.
constexpr double ridge = 0.15;

struct Solution {
  std::vector<Level> levels;
  std::vector<std::vector<double>> log_factors, errors;  ///< [level][k]; errors: standard, see add_errors
  bool converged = false;
  int iterations = 0;
};

/// Starts at the priors, so that nothing is known of rows that are not in `rows`. Deterministic.
Solution solve(const std::vector<const FitRow*>& rows, int max_iterations);
/// Gauss-Newton standard errors at a solution of `rows`: ridge^2 (J'WJ + ridge^2)^-1, in units of the
/// spreads.
void add_errors(Solution&, const std::vector<const FitRow*>& rows);

/// The levels as a calibration file keeps them; factors that no row moved are left out.
std::vector<CalibrationLevel> to_calibration_levels(const Solution&);

}  // namespace ridgeline::calibrate
