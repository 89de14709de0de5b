#pragma once
// How far predictions are from measurements, in one summary.

#include <optional>
#include <utility>
#include <vector>

#include "ridgeline/validation.h"

namespace ridgeline::calibrate {

/// Collects pairs; the summary's formulas:
///   error = 100 (predicted / measured - 1)
///   mape = mean |error|, median = median |error|, bias = median error
///   coverage = 100 (pairs inside their interval) / (pairs that have one)
class Errors {
 public:
  void add(Seconds predicted, Seconds measured, const std::optional<std::pair<Seconds, Seconds>>& interval);
  /// An error in per cent, of anything.
  void add(double error) { errors_.push_back(error); }
  /// All zero when nothing was added; medians of an even number are the mean of the middle two.
  ErrorSummary summary() const;
  std::size_t inside() const { return inside_; }
  std::size_t with_interval() const { return with_interval_; }

 private:
  std::vector<double> errors_;
  std::size_t inside_ = 0, with_interval_ = 0;
};

/// Of an even number the mean of the middle two. Requires values.
double median(std::vector<double> values);
/// Per cent; 0 of nothing is 0.
double per_cent(std::size_t part, std::size_t whole);

}  // namespace ridgeline::calibrate
