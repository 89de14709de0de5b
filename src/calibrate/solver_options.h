#pragma once
#include <ceres/ceres.h>

namespace ridgeline::calibrate {

/// What fits have in common: silent, and sums in one order, so that a fit is the same to the bit on any
/// machine's number of cores.
inline ceres::Solver::Options solver_options(int max_iterations, ceres::LinearSolverType solver) {
  ceres::Solver::Options options;
  options.max_num_iterations = max_iterations;
  options.function_tolerance = 1e-6;
  options.parameter_tolerance = 1e-6;
  options.linear_solver_type = solver;
  options.num_threads = 1;  // whoever evaluates the rows uses the cores
  options.logging_type = ceres::SILENT;
  return options;
}

}  // namespace ridgeline::calibrate
