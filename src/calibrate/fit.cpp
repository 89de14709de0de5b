#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "calibrate/fit_cross.h"
#include "calibrate/fit_solve.h"

namespace ridgeline {
namespace {

using namespace calibrate;

/// A coefficient counts as determined when the measurements narrow what was believed of it before to this
/// part.
constexpr double narrowed = 0.7;

double rounded(double spread) { return std::round(spread * 1e4) / 1e4; }

void describe_overall(const Solution& solution, Fit& result) {
  const Level& base = solution.levels.front();  // all rows, all coefficients in their order
  std::vector<std::string> undetermined;
  for (std::size_t k = 0; k < base.size(); ++k) {
    const Coefficient& c = coefficients()[base.coefficients[k]];
    FittedCoefficient fitted;
    fitted.coefficient = base.coefficients[k];
    fitted.value = std::min(c.limit, c.prior * std::exp(solution.log_factors.front()[k]));
    fitted.error = solution.errors.front()[k];
    fitted.determined = fitted.error <= narrowed * c.prior_spread;
    if (!fitted.determined) undetermined.emplace_back(c.name);
    result.overall.push_back(fitted);
  }
  if (!undetermined.empty()) {
    result.notes.push_back(
        fmt::format("the data cannot determine, and leave near what was believed before: {}",
                    fmt::join(undetermined, ", ")));
  }
  if (!solution.converged) {
    result.notes.push_back(fmt::format("the fit had not converged after {} iterations", solution.iterations));
  }
}

/// Validates twice: the intervals of the second time are those that the first time's errors call for.
Status check_in_sample(const MeasuredTable& used, const Catalog& catalog, Fit& result) {
  RIDGELINE_TRY(first, validate(used, catalog, result.calibrations));
  const Spreads seen = spreads_of(first);
  result.calibrations.seen_spread = rounded(seen.tpot);
  result.calibrations.seen_first_token_spread = rounded(seen.ttft);
  RIDGELINE_TRY(again, validate(used, catalog, result.calibrations));
  result.in_sample = std::move(again);
  return Status::success();
}

Status check_unseen(const std::vector<FitRow>& rows, const MeasuredTable& used, const Catalog& catalog,
                    const FitOptions& options, Fit& result) {
  RIDGELINE_TRY(crossed, cross_validate(rows, used, catalog, options));
  if (crossed.groups.size() == result.calibrations.groups) {
    const Spreads unseen = spreads_of(crossed);
    result.calibrations.spread = rounded(unseen.tpot);
    result.calibrations.first_token_spread = rounded(unseen.ttft);
  } else {
    result.notes.push_back(
        fmt::format("cross-validation stopped after {} of {} groups: how far predictions are "
                    "from unseen groups stays unknown",
                    crossed.groups.size(), result.calibrations.groups));
  }
  result.cross_validated = std::move(crossed);
  return Status::success();
}

}  // namespace

Result<Fit> fit(const MeasuredTable& table, const Catalog& catalog, const FitOptions& options) {
  const auto progress = [&](const std::string& line) {
    if (options.progress) options.progress(line);
  };
  RIDGELINE_TRY(checked, validate(table, catalog, Calibrations{}));
  FitRows prepared = prepare_rows(checked, catalog);
  Fit result;
  result.left_out = std::move(prepared.left_out);
  if (prepared.rows.empty()) {
    return bad_input(fmt::format("{}: no row to fit: {}", table.path,
                                 result.left_out.empty() ? "the table is empty" : result.left_out.front()));
  }
  progress(fmt::format("fitting {} rows; {} left out", prepared.rows.size(), result.left_out.size()));

  std::vector<const FitRow*> rows;
  std::vector<std::size_t> points;
  std::set<std::string> groups, seen;
  for (const FitRow& row : prepared.rows) {
    rows.push_back(&row);
    points.push_back(row.point);
    groups.insert(row.group);
    const MeasuredPoint& point = table.points[row.point];
    seen.insert(group_key(point.model, point.hardware, point.stack));
  }
  Solution solution = solve(rows, options.max_iterations);
  add_errors(solution, rows);
  progress(
      fmt::format("{} in {} iterations", solution.converged ? "converged" : "stopped", solution.iterations));
  describe_overall(solution, result);
  Calibrations& calibrations = result.calibrations;
  calibrations.levels = to_calibration_levels(solution);
  calibrations.seen.assign(seen.begin(), seen.end());
  calibrations.source = options.source;
  calibrations.date = options.date;
  calibrations.rows = rows.size();
  calibrations.groups = groups.size();

  const MeasuredTable used = subset(table, points);
  RIDGELINE_CHECK(check_in_sample(used, catalog, result));
  if (options.fitted) options.fitted(result);
  if (options.cross_validate) {
    RIDGELINE_CHECK(check_unseen(prepared.rows, used, catalog, options, result));
  }
  return result;
}

}  // namespace ridgeline
