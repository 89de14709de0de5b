#pragma once
// Predictions of every row, and how each coefficient moves them, at one point of the parameters.

#include <array>
#include <vector>

#include "calibrate/fit_levels.h"

namespace ridgeline::calibrate {

enum class Measured { tpot, ttft };

/// One measured value: the unit of a residual.
struct MeasuredValue {
  std::size_t row = 0;  ///< in the evaluator
  Measured what = Measured::tpot;
  double log_measured = 0;
};

class RowEvaluator {
 public:
  /// Keeps both arguments' addresses.
  RowEvaluator(const std::vector<const FitRow*>& rows, const std::vector<Level>& levels);

  /// `parameters[level]` are log factors in units of Level::spread. Slopes are backward differences, so that
  /// a coefficient at its limit can still be lowered.
  void evaluate(const std::vector<std::vector<double>>& parameters, bool with_slopes);

  const std::vector<MeasuredValue>& values() const { return values_; }
  const std::vector<std::size_t>& levels_of(const MeasuredValue& value) const {
    return levels_at_[value.row];
  }
  /// log(predicted / measured).
  double residual(const MeasuredValue&) const;
  /// d log(predicted) / d log(coefficient).
  double slope(const MeasuredValue&, std::size_t coefficient) const;

 private:
  using Logs = std::array<double, 2>;  ///< by Measured

  void evaluate_row(std::size_t row, const std::vector<std::vector<double>>& parameters, bool with_slopes);

  const std::vector<const FitRow*>& rows_;
  const std::vector<Level>& levels_;
  std::vector<std::vector<std::size_t>> levels_at_;  ///< by row
  std::vector<MeasuredValue> values_;
  std::vector<Logs> predicted_;            ///< by row
  std::vector<std::vector<Logs>> slopes_;  ///< by row and coefficient
};

}  // namespace ridgeline::calibrate
