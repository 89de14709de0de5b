#include "calibrate/fit_solve.h"

#include <ceres/ceres.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "calibrate/fit_evaluator.h"
#include "calibrate/solver_options.h"

namespace ridgeline::calibrate {
namespace {

using Parameters = std::vector<std::vector<double>>;  ///< [level][k], in units of Level::spread

/// Evaluates all rows at once, over the cores, before Ceres asks for them one by one.
class EvaluateRows : public ceres::EvaluationCallback {
 public:
  EvaluateRows(RowEvaluator& rows, const Parameters& parameters) : rows_(rows), parameters_(parameters) {}
  void PrepareForEvaluation(bool with_slopes, bool new_point) override {
    if (!new_point && (slopes_known_ || !with_slopes)) return;
    rows_.evaluate(parameters_, with_slopes);
    slopes_known_ = with_slopes;
  }

 private:
  RowEvaluator& rows_;
  const Parameters& parameters_;
  bool slopes_known_ = false;
};

class ValueCost : public ceres::CostFunction {
 public:
  ValueCost(const RowEvaluator& rows, const std::vector<Level>& levels, const MeasuredValue& value)
      : rows_(rows), levels_(levels), value_(value) {
    set_num_residuals(1);
    for (const std::size_t l : rows.levels_of(value)) {
      mutable_parameter_block_sizes()->push_back(static_cast<int>(levels[l].size()));
    }
  }
  bool Evaluate(double const* const*, double* residuals, double** jacobians) const override {
    residuals[0] = rows_.residual(value_);
    if (!std::isfinite(residuals[0])) return false;
    if (!jacobians) return true;
    const std::vector<std::size_t>& at = rows_.levels_of(value_);
    for (std::size_t block = 0; block < at.size(); ++block) {
      if (!jacobians[block]) continue;
      const Level& level = levels_[at[block]];
      for (std::size_t k = 0; k < level.size(); ++k) {
        jacobians[block][k] = rows_.slope(value_, level.coefficients[k]) * level.spread[k];
      }
    }
    return true;
  }

 private:
  const RowEvaluator& rows_;
  const std::vector<Level>& levels_;
  const MeasuredValue& value_;
};

class RidgeCost : public ceres::CostFunction {
 public:
  explicit RidgeCost(std::size_t size) : size_(size) {
    set_num_residuals(static_cast<int>(size));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(size));
  }
  bool Evaluate(double const* const* parameters, double* residuals, double** jacobians) const override {
    for (std::size_t k = 0; k < size_; ++k) residuals[k] = ridge * parameters[0][k];
    if (jacobians && jacobians[0]) {
      std::fill_n(jacobians[0], size_ * size_, 0.0);
      for (std::size_t k = 0; k < size_; ++k) jacobians[0][k * size_ + k] = ridge;
    }
    return true;
  }

 private:
  std::size_t size_;
};

double scale_of(const MeasuredValue& value) { return value.what == Measured::tpot ? tpot_scale : ttft_scale; }

Parameters zeros(const std::vector<Level>& levels) {
  Parameters parameters;
  for (const Level& level : levels) parameters.emplace_back(level.size(), 0.0);
  return parameters;
}

Parameters in_spreads(const Solution& solution) {
  Parameters parameters = solution.log_factors;
  for (std::size_t l = 0; l < parameters.size(); ++l) {
    for (std::size_t k = 0; k < parameters[l].size(); ++k) parameters[l][k] /= solution.levels[l].spread[k];
  }
  return parameters;
}

}  // namespace

Solution solve(const std::vector<const FitRow*>& rows, int max_iterations) {
  Solution solution;
  solution.levels = levels_of(rows);
  Parameters parameters = zeros(solution.levels);
  RowEvaluator evaluator(rows, solution.levels);
  EvaluateRows callback(evaluator, parameters);
  ceres::SoftLOneLoss tpot_loss(tpot_scale), ttft_loss(ttft_scale);
  ceres::Problem::Options problem_options;
  problem_options.evaluation_callback = &callback;
  problem_options.loss_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  ceres::Problem problem(problem_options);
  for (const MeasuredValue& value : evaluator.values()) {
    std::vector<double*> blocks;
    for (const std::size_t l : evaluator.levels_of(value)) blocks.push_back(parameters[l].data());
    ceres::LossFunction* loss = value.what == Measured::tpot ? &tpot_loss : &ttft_loss;
    problem.AddResidualBlock(new ValueCost(evaluator, solution.levels, value), loss, blocks);
  }
  for (std::vector<double>& block : parameters) {
    problem.AddResidualBlock(new RidgeCost(block.size()), nullptr, block.data());
  }
  ceres::Solver::Summary summary;
  auto options = solver_options(max_iterations, ceres::SPARSE_NORMAL_CHOLESKY);
  options.gradient_tolerance = 1e-8;
  ceres::Solve(options, &problem, &summary);
  solution.converged = summary.termination_type == ceres::CONVERGENCE;
  solution.iterations = static_cast<int>(summary.iterations.size()) - 1;
  solution.log_factors = std::move(parameters);
  for (std::size_t l = 0; l < solution.levels.size(); ++l) {
    for (std::size_t k = 0; k < solution.levels[l].size(); ++k) {
      solution.log_factors[l][k] *= solution.levels[l].spread[k];
    }
  }
  return solution;
}

void add_errors(Solution& solution, const std::vector<const FitRow*>& rows) {
  RowEvaluator evaluator(rows, solution.levels);
  evaluator.evaluate(in_spreads(solution), true);
  std::vector<Eigen::Index> first;  // of each level among all parameters
  Eigen::Index size = 0;
  for (const Level& level : solution.levels) {
    first.push_back(size);
    size += static_cast<Eigen::Index>(level.size());
  }
  Eigen::MatrixXd normal = Eigen::MatrixXd::Identity(size, size) * (ridge * ridge);
  std::vector<std::pair<Eigen::Index, double>> line;  // of the Jacobian, what is not 0
  for (const MeasuredValue& value : evaluator.values()) {
    line.clear();
    for (const std::size_t l : evaluator.levels_of(value)) {
      const Level& level = solution.levels[l];
      for (std::size_t k = 0; k < level.size(); ++k) {
        const double slope = evaluator.slope(value, level.coefficients[k]) * level.spread[k];
        if (slope != 0) line.emplace_back(first[l] + static_cast<Eigen::Index>(k), slope);
      }
    }
    // The slope of soft L1, rho(r) = 2 a^2 (sqrt(1 + r^2 / a^2) - 1), against that of r^2.
    const double outlying = evaluator.residual(value) / scale_of(value);
    const double weight = 1 / std::sqrt(1 + outlying * outlying);
    for (const auto& [i, a] : line) {
      for (const auto& [j, b] : line) normal(i, j) += weight * a * b;
    }
  }
  const Eigen::MatrixXd inverse = normal.llt().solve(Eigen::MatrixXd::Identity(size, size));
  solution.errors.clear();
  for (std::size_t l = 0; l < solution.levels.size(); ++l) {
    std::vector<double> errors;
    for (std::size_t k = 0; k < solution.levels[l].size(); ++k) {
      const Eigen::Index i = first[l] + static_cast<Eigen::Index>(k);
      errors.push_back(ridge * std::sqrt(inverse(i, i)) * solution.levels[l].spread[k]);
    }
    solution.errors.push_back(std::move(errors));
  }
}

std::vector<CalibrationLevel> to_calibration_levels(const Solution& solution) {
  // Four decimals of a logarithm are 0.01 %: far below any error here, and a file that people can read.
  const auto rounded = [](double x) { return std::round(x * 1e4) / 1e4 + 0.0; };
  std::vector<CalibrationLevel> levels;
  for (std::size_t l = 0; l < solution.levels.size(); ++l) {
    CalibrationLevel level{solution.levels[l].scope, solution.levels[l].rows, {}};
    for (std::size_t k = 0; k < solution.levels[l].size(); ++k) {
      const double factor = rounded(solution.log_factors[l][k]);
      if (factor == 0) continue;
      const double error = solution.errors.empty() ? 0 : rounded(solution.errors[l][k]);
      level.factors.push_back({solution.levels[l].coefficients[k], factor, error});
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

}  // namespace ridgeline::calibrate
