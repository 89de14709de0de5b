#include "calibrate/fit_cross.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "calibrate/fit_solve.h"
#include "calibrate/validate_groups.h"
#include "engine/interval_90.h"
#include "stats/quantile.h"

namespace ridgeline::calibrate {
namespace {

double spread_of(std::vector<double> sizes) {
  if (sizes.empty()) return 0;
  std::sort(sizes.begin(), sizes.end());
  return sizes[stats::nearest_rank(sizes.size(), 0.9)] / engine::two_sided_90;
}

/// Intervals, groups and totals of points that came from several fits, each of which knew only its own.
void set_intervals(Validation& all, const std::vector<FitRow>& rows) {
  const Spreads spreads = spreads_of(all);
  for (ValidatedPoint& point : all.points) {
    if (!counted(point)) continue;
    point.tpot_interval = engine::interval_90(point.predicted_tpot, spreads.tpot);
    point.ttft_interval = engine::interval_90(point.predicted_ttft, spreads.ttft);
  }
  summarize_by(all, [&](const ValidatedPoint& point) { return rows[point.row].group; });
}

}  // namespace

Spreads spreads_of(const Validation& validation) {
  std::vector<double> tpot, ttft;
  for (const ValidatedPoint& point : validation.points) {
    if (!counted(point)) continue;
    const MeasuredPoint& measured = validation.table.points[point.row];
    if (measured.tpot) tpot.push_back(std::abs(std::log(point.predicted_tpot / *measured.tpot)));
    if (measured.ttft) ttft.push_back(std::abs(std::log(point.predicted_ttft / *measured.ttft)));
  }
  return {spread_of(std::move(tpot)), spread_of(std::move(ttft))};
}

MeasuredTable subset(const MeasuredTable& table, const std::vector<std::size_t>& points) {
  MeasuredTable part;
  part.path = table.path;
  for (const std::size_t i : points) part.points.push_back(table.points[i]);
  return part;
}

Calibrations calibrations_of(const std::vector<const FitRow*>& rows, int max_iterations) {
  Calibrations calibrations;
  calibrations.levels = to_calibration_levels(solve(rows, max_iterations));
  calibrations.rows = rows.size();
  return calibrations;
}

Result<Validation> cross_validate(const std::vector<FitRow>& rows, const MeasuredTable& used,
                                  const Catalog& catalog, const FitOptions& options) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) groups[rows[i].group].push_back(i);
  Validation all;
  all.table = used;
  all.cross_validated = true;
  std::size_t done = 0;
  for (const auto& [key, members] : groups) {
    if (options.stop && *options.stop) break;
    std::vector<const FitRow*> others;
    for (const FitRow& row : rows) {
      if (row.group != key) others.push_back(&row);
    }
    const Calibrations without = calibrations_of(others, options.max_iterations);
    RIDGELINE_TRY(one, validate(subset(used, members), catalog, without));
    for (ValidatedPoint& point : one.points) {
      point.row = members[point.row];
      all.points.push_back(std::move(point));
    }
    ++done;
    if (options.progress) {
      options.progress(
          fmt::format("left out {} of {}: {} ({} rows): TPOT {:.0f} %, TTFT {:.0f} % median error", done,
                      groups.size(), key, members.size(), one.tpot.median, one.ttft.median));
    }
  }
  std::sort(all.points.begin(), all.points.end(),
            [](const ValidatedPoint& a, const ValidatedPoint& b) { return a.row < b.row; });
  set_intervals(all, rows);
  return all;
}

}  // namespace ridgeline::calibrate
