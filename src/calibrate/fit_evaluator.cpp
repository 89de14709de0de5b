#include "calibrate/fit_evaluator.h"

#include <cmath>

#include "calibrate/parallel.h"
#include "engine/coefficients.h"

namespace ridgeline::calibrate {
namespace {

std::array<double, 2> log_times(const FitRow& row, std::span<const double> logs) {
  const engine::ServingTimes times = row.model.evaluate(engine::calibration_from(logs));
  return {std::log(times.tpot.value()), std::log(times.ttft.value())};
}

}  // namespace

RowEvaluator::RowEvaluator(const std::vector<const FitRow*>& rows, const std::vector<Level>& levels)
    : rows_(rows),
      levels_(levels),
      predicted_(rows.size()),
      slopes_(rows.size(), std::vector<Logs>(coefficients().size())) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    levels_at_.push_back(levels_at(levels, rows[i]->scope));
    if (rows[i]->log_tpot) values_.push_back({i, Measured::tpot, *rows[i]->log_tpot});
    if (rows[i]->log_ttft) values_.push_back({i, Measured::ttft, *rows[i]->log_ttft});
  }
}

void RowEvaluator::evaluate(const std::vector<std::vector<double>>& parameters, bool with_slopes) {
  for_each_index(rows_.size(), 64, [&](std::size_t i) { evaluate_row(i, parameters, with_slopes); });
}

void RowEvaluator::evaluate_row(std::size_t row, const std::vector<std::vector<double>>& parameters,
                                bool with_slopes) {
  std::vector<double> logs = engine::prior_logs();
  for (const std::size_t l : levels_at_[row]) {
    const Level& level = levels_[l];
    for (std::size_t k = 0; k < level.size(); ++k) {
      logs[level.coefficients[k]] += parameters[l][k] * level.spread[k];
    }
  }
  predicted_[row] = log_times(*rows_[row], logs);
  if (!with_slopes) return;
  constexpr double step = 1e-5;
  for (std::size_t c = 0; c < logs.size(); ++c) {
    const double at = logs[c];
    logs[c] = at - step;
    const Logs lower = log_times(*rows_[row], logs);
    logs[c] = at;
    for (std::size_t what = 0; what < 2; ++what) {
      slopes_[row][c][what] = (predicted_[row][what] - lower[what]) / step;
    }
  }
}

double RowEvaluator::residual(const MeasuredValue& value) const {
  return predicted_[value.row][static_cast<std::size_t>(value.what)] - value.log_measured;
}

double RowEvaluator::slope(const MeasuredValue& value, std::size_t coefficient) const {
  return slopes_[value.row][coefficient][static_cast<std::size_t>(value.what)];
}

}  // namespace ridgeline::calibrate
