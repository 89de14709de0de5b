#pragma once
// Robust regression of positive coefficients by name, on their logarithms, each with a prior.

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ridgeline::calibrate {

/// One measurement: log(predicted / measured) as a function of the coefficients it depends on.
struct LogRow {
  std::vector<std::size_t> coefficients;                            ///< indices into the problem's
  std::function<double(std::span<const double> values)> log_ratio;  ///< values in the order of `coefficients`
  double weight = 1;  ///< one over the expected size of the error
};

struct LogCoefficient {
  std::string name;
  double prior = 1, prior_spread = 1;  ///< median, standard deviation of the logarithm
};

struct LogFit {
  std::vector<double> values, errors;  ///< errors: standard errors of the logarithms, the priors counted in
  bool converged = false;
};

/// Minimises the sum over rows of loss(weight * log_ratio) plus the squares of the priors' residuals. The
/// loss is soft L1: near 0 half the square, since rows of one system are not independent; far out it grows
/// linearly.
LogFit fit_logs(const std::vector<LogCoefficient>& coefficients, const std::vector<LogRow>& rows);

}  // namespace ridgeline::calibrate
