#include "calibrate/kernel_solve.h"

#include <ceres/ceres.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "calibrate/solver_options.h"

namespace ridgeline::calibrate {
namespace {

constexpr double scale = 0.1;   // of the soft L1 loss
constexpr double farthest = 8;  // a coordinate beyond this is at its bound
constexpr double slope_step = 1e-3;

double coordinate(double value, const Bounded& n) {
  const double share = std::log(value / n.low) / std::log(n.high / n.low);
  const double inside = std::clamp(share, 1e-3, 1 - 1e-3);
  return std::log(inside / (1 - inside));
}
double value_at(double x, const Bounded& n) {
  return n.low * std::exp(std::log(n.high / n.low) / (1 + std::exp(-x)));
}
double slope_at(double x, const Bounded& n) {
  const double share = 1 / (1 + std::exp(-x));
  return value_at(x, n) * std::log(n.high / n.low) * share * (1 - share);
}

/// All residuals and slopes at one point, found before Ceres asks for them row by row.
class AllRows : public ceres::EvaluationCallback {
 public:
  AllRows(const std::vector<Bounded>& numbers, std::size_t rows, const LogRatios& model, const double* point)
      : numbers_(numbers), model_(model), point_(point), residuals_(rows), slopes_(numbers.size()) {
    for (auto& column : slopes_) column.resize(rows);
  }

  void PrepareForEvaluation(bool with_slopes, bool new_point) override {
    if (new_point) {
      usable_ = evaluate(std::vector<double>(point_, point_ + numbers_.size()), residuals_);
      slopes_known_ = false;
    }
    if (!with_slopes || slopes_known_) return;
    for (std::size_t k = 0; k < numbers_.size(); ++k) {
      std::vector<double> moved(point_, point_ + numbers_.size());
      const double step = moved[k] > 0 ? -slope_step : slope_step;  // away from the bound
      moved[k] += step;
      usable_ = evaluate(moved, slopes_[k]) && usable_;
      for (std::size_t i = 0; i < residuals_.size(); ++i) {
        slopes_[k][i] = (slopes_[k][i] - residuals_[i]) / step;
      }
    }
    slopes_known_ = true;
  }
  bool usable() const { return usable_; }
  double residual(std::size_t row) const { return residuals_[row]; }
  double slope(std::size_t row, std::size_t k) const { return slopes_[k][row]; }

 private:
  bool evaluate(const std::vector<double>& x, std::vector<double>& out) const {
    std::vector<double> values;
    for (std::size_t k = 0; k < x.size(); ++k) values.push_back(value_at(x[k], numbers_[k]));
    return model_(values, out);
  }

  const std::vector<Bounded>& numbers_;
  const LogRatios& model_;
  const double* point_;
  std::vector<double> residuals_;
  std::vector<std::vector<double>> slopes_;  ///< by number, by row
  bool usable_ = false, slopes_known_ = false;
};

class KernelRowCost : public ceres::CostFunction {
 public:
  KernelRowCost(const AllRows& all, std::size_t row, std::size_t numbers)
      : all_(all), row_(row), numbers_(numbers) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->push_back(static_cast<int>(numbers));
  }
  bool Evaluate(double const* const*, double* residuals, double** jacobians) const override {
    residuals[0] = all_.residual(row_);
    if (jacobians && jacobians[0]) {
      for (std::size_t k = 0; k < numbers_; ++k) jacobians[0][k] = all_.slope(row_, k);
    }
    return all_.usable() && std::isfinite(residuals[0]);
  }

 private:
  const AllRows& all_;
  std::size_t row_, numbers_;
};

/// Standard errors of the coordinates: variance of the residuals times the pseudo-inverse of J^T W J, W the
/// slope of the loss. Directions that no row feels have none.
std::vector<double> coordinate_errors(const AllRows& all, std::size_t rows, std::size_t size) {
  const auto n = static_cast<Eigen::Index>(size);
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(n, n);
  double cost = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double outlying = all.residual(row) / scale;
    const double root = std::sqrt(1 + outlying * outlying);
    cost += 2 * scale * scale * (root - 1);
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n; ++j) {
        normal(i, j) +=
            all.slope(row, static_cast<std::size_t>(i)) * all.slope(row, static_cast<std::size_t>(j)) / root;
      }
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(normal);
  const Eigen::VectorXd& values = eigen.eigenvalues();
  const double variance = cost / static_cast<double>(std::max<std::size_t>(1, rows > size ? rows - size : 1));
  std::vector<double> errors(size, 0.0);
  for (Eigen::Index d = 0; d < n; ++d) {
    if (values(d) <= 1e-12 * values(n - 1)) continue;
    for (Eigen::Index i = 0; i < n; ++i) {
      errors[static_cast<std::size_t>(i)] +=
          variance * eigen.eigenvectors()(i, d) * eigen.eigenvectors()(i, d) / values(d);
    }
  }
  for (double& error : errors) error = std::sqrt(error);
  return errors;
}

double mean_cost(const AllRows& all, std::size_t rows) {
  double cost = 0;
  for (std::size_t row = 0; row < rows; ++row) cost += std::hypot(1.0, all.residual(row) / scale) - 1;
  return cost / static_cast<double>(rows);
}

}  // namespace

RobustFit fit_robust(const std::vector<Bounded>& numbers, std::size_t rows, const LogRatios& model,
                     int max_iterations) {
  RobustFit result;
  if (rows == 0 || numbers.empty()) return result;
  std::vector<double> x;
  for (const Bounded& n : numbers) x.push_back(coordinate(n.start, n));
  AllRows all(numbers, rows, model, x.data());
  ceres::SoftLOneLoss loss(scale);
  ceres::Problem::Options problem_options;
  problem_options.evaluation_callback = &all;
  problem_options.loss_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  ceres::Problem problem(problem_options);
  for (std::size_t row = 0; row < rows; ++row) {
    problem.AddResidualBlock(new KernelRowCost(all, row, numbers.size()), &loss, x.data());
  }
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    problem.SetParameterLowerBound(x.data(), static_cast<int>(k), -farthest);
    problem.SetParameterUpperBound(x.data(), static_cast<int>(k), farthest);
  }
  ceres::Solver::Summary summary;
  ceres::Solve(solver_options(max_iterations, ceres::DENSE_NORMAL_CHOLESKY), &problem, &summary);
  all.PrepareForEvaluation(true, true);
  result.usable = summary.IsSolutionUsable() && all.usable();
  result.cost = mean_cost(all, rows);
  const std::vector<double> errors = coordinate_errors(all, rows, numbers.size());
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const bool at_bound = std::abs(x[k]) > 0.9 * farthest;
    result.numbers.push_back(value_at(x[k], numbers[k]));
    result.errors.push_back(at_bound ? 0 : errors[k] * slope_at(x[k], numbers[k]));
  }
  return result;
}

}  // namespace ridgeline::calibrate
