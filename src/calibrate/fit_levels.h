#pragma once
// The levels of a fit: which scopes may change which coefficients, and how far each is expected to.

#include <span>
#include <vector>

#include "calibrate/fit_rows.h"

namespace ridgeline::calibrate {

/// A parameter of the fit is the logarithm of a level's factor, in units of the spread expected of it.
struct Level {
  CalibrationScope scope;
  std::size_t rows = 0;
  std::vector<std::size_t> coefficients;
  std::vector<double> spread;  ///< expected standard deviation of each log factor
  std::size_t size() const { return coefficients.size(); }
};

/// All rows together; each stack; each generation; both; each version of a stack. In a fixed order. Only
/// levels that have rows.
std::vector<Level> levels_of(std::span<const FitRow* const> rows);

/// Indices of the levels that a row is in.
std::vector<std::size_t> levels_at(const std::vector<Level>&, const CalibrationScope& row);

}  // namespace ridgeline::calibrate
