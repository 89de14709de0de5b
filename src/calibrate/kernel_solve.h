#pragma once
// Robust least squares on logarithms, over positive numbers within bounds. Ceres does the work.

#include <functional>
#include <span>
#include <vector>

namespace ridgeline::calibrate {

/// A positive number that is fitted.
struct Bounded {
  double start = 1, low = 0.5, high = 2;
};

/// Fills log_ratios with log(predicted / measured) of every row for these numbers; false: not computable.
using LogRatios = std::function<bool(const std::vector<double>& numbers, std::span<double> log_ratios)>;

struct RobustFit {
  std::vector<double> numbers;
  std::vector<double> errors;  ///< standard, from the Gauss-Newton covariance; 0 at a bound
  double cost = 0;             ///< mean robust cost of a row, to compare ends of different starts
  bool usable = false;
};

/// Minimises soft L1 of the logarithms at scale 0.1: errors of ten per cent and more count linearly. Each
/// number is a logistic curve between the logarithms of its bounds.
RobustFit fit_robust(const std::vector<Bounded>& numbers, std::size_t rows, const LogRatios&,
                     int max_iterations);

}  // namespace ridgeline::calibrate
