#include "calibrate/fit_cross.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "calibrate/errors.h"
#include "calibrate/fit_solve.h"
#include "stats/quantile.h"

namespace ridgeline::calibrate {
namespace {

constexpr double two_sided_90 = 1.645;

double spread_of(std::vector<double> sizes) {
  if (sizes.empty()) return 0;
  std::sort(sizes.begin(), sizes.end());
  return sizes[stats::nearest_rank(sizes.size(), 0.9)] / two_sided_90;
}

bool counted(const ValidatedPoint& point) { return point.suspect.empty() && point.error.empty(); }

std::optional<std::pair<Seconds, Seconds>> interval_of(Seconds value, double spread) {
  if (spread <= 0) return std::nullopt;
  const double factor = std::exp(two_sided_90 * spread);
  return std::pair{value * (1 / factor), value * factor};
}

/// Intervals, groups and totals of points that came from several fits.
void summarise(Validation& all, const std::vector<FitRow>& rows) {
  const Spreads spreads = spreads_of(all);
  Errors tpot, ttft;
  std::map<std::string, std::pair<Errors, Errors>> groups;
  for (ValidatedPoint& point : all.points) {
    if (!counted(point)) continue;
    const MeasuredPoint& measured = all.table.points[point.row];
    point.tpot_interval = interval_of(point.predicted_tpot, spreads.tpot);
    point.ttft_interval = interval_of(point.predicted_ttft, spreads.ttft);
    auto& group = groups[rows[point.row].group];
    for (Errors* errors : {&tpot, &group.first}) {
      if (measured.tpot) errors->add(point.predicted_tpot, *measured.tpot, point.tpot_interval);
    }
    for (Errors* errors : {&ttft, &group.second}) {
      if (measured.ttft) errors->add(point.predicted_ttft, *measured.ttft, point.ttft_interval);
    }
  }
  all.tpot = tpot.summary();
  all.ttft = ttft.summary();
  all.coverage = per_cent(tpot.inside() + ttft.inside(), tpot.with_interval() + ttft.with_interval());
  for (const auto& [key, errors] : groups) {
    all.groups.push_back({key, errors.second.summary(), errors.first.summary()});
  }
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
  summarise(all, rows);
  return all;
}

}  // namespace ridgeline::calibrate
