#include "calibrate/log_fit.h"

#include <ceres/ceres.h>

#include <Eigen/Cholesky>
#include <cmath>

namespace ridgeline::calibrate {
namespace {

constexpr double step = 1e-4;       // of a logarithm, for slopes
constexpr double outlying = 2;      // weighted residual at which the loss turns linear
constexpr double dependence = 0.5;  // what a row's square counts, for rows that come in families

/// One row; every coefficient is a block of its own, so that slopes are taken only where there are any.
class LogRowCost : public ceres::CostFunction {
 public:
  explicit LogRowCost(const LogRow& row) : row_(row), values_(row.coefficients.size()) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->assign(row.coefficients.size(), 1);
  }
  bool Evaluate(double const* const* logs, double* residuals, double** jacobians) const override {
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = std::exp(logs[i][0]);
    residuals[0] = row_.weight * row_.log_ratio(values_);
    if (!std::isfinite(residuals[0])) return false;
    if (!jacobians) return true;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (!jacobians[i]) continue;
      const double kept = values_[i];
      values_[i] = kept * std::exp(step);
      jacobians[i][0] = (row_.weight * row_.log_ratio(values_) - residuals[0]) / step;
      values_[i] = kept;
    }
    return true;
  }

 private:
  const LogRow& row_;
  mutable std::vector<double> values_;  // Ceres runs one thread here
};

class PriorCost : public ceres::CostFunction {
 public:
  explicit PriorCost(const LogCoefficient& c) : median_(std::log(c.prior)), spread_(c.prior_spread) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->push_back(1);
  }
  bool Evaluate(double const* const* logs, double* residuals, double** jacobians) const override {
    residuals[0] = (logs[0][0] - median_) / spread_;
    if (jacobians && jacobians[0]) jacobians[0][0] = 1 / spread_;
    return true;
  }

 private:
  double median_, spread_;
};

/// From the inverse of the Gauss-Newton matrix at the solution, with the loss's slope as weight.
std::vector<double> standard_errors(const std::vector<LogCoefficient>& coefficients,
                                    const std::vector<LogRow>& rows, const std::vector<double>& logs) {
  const auto size = static_cast<Eigen::Index>(coefficients.size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    const double spread = coefficients[static_cast<std::size_t>(i)].prior_spread;
    normal(i, i) += 1 / (spread * spread);
  }
  for (const LogRow& row : rows) {
    const LogRowCost cost(row);
    const std::size_t n = row.coefficients.size();
    std::vector<const double*> at;
    std::vector<double> slopes(n);
    std::vector<double*> jacobians;
    for (std::size_t i = 0; i < n; ++i) {
      at.push_back(&logs[row.coefficients[i]]);
      jacobians.push_back(&slopes[i]);
    }
    double residual = 0;
    cost.Evaluate(at.data(), &residual, jacobians.data());
    const double r = residual / outlying, weight = dependence / std::sqrt(1 + r * r);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        normal(static_cast<Eigen::Index>(row.coefficients[i]),
               static_cast<Eigen::Index>(row.coefficients[j])) += weight * slopes[i] * slopes[j];
      }
    }
  }
  const Eigen::MatrixXd inverse = normal.llt().solve(Eigen::MatrixXd::Identity(size, size));
  std::vector<double> errors;
  for (Eigen::Index i = 0; i < size; ++i) errors.push_back(std::sqrt(inverse(i, i)));
  return errors;
}

}  // namespace

LogFit fit_logs(const std::vector<LogCoefficient>& coefficients, const std::vector<LogRow>& rows) {
  std::vector<double> logs;
  for (const LogCoefficient& c : coefficients) logs.push_back(std::log(c.prior));
  ceres::Problem problem;
  for (const LogRow& row : rows) {
    std::vector<double*> blocks;
    for (const std::size_t c : row.coefficients) blocks.push_back(&logs[c]);
    auto* loss = new ceres::ScaledLoss(new ceres::SoftLOneLoss(outlying), dependence, ceres::TAKE_OWNERSHIP);
    problem.AddResidualBlock(new LogRowCost(row), loss, blocks);
  }
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    problem.AddResidualBlock(new PriorCost(coefficients[i]), nullptr, &logs[i]);
  }
  ceres::Solver::Options options;
  options.max_num_iterations = 200;
  options.function_tolerance = 1e-8;
  options.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
  options.num_threads = 1;
  options.logging_type = ceres::SILENT;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  LogFit fit;
  fit.converged = summary.termination_type == ceres::CONVERGENCE;
  fit.errors = standard_errors(coefficients, rows, logs);
  for (const double log : logs) fit.values.push_back(std::exp(log));
  return fit;
}

}  // namespace ridgeline::calibrate
