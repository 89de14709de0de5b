#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "calibrate/log_fit.h"
#include "calibrate/mlperf_validate.h"
#include "engine/interval_90.h"
#include "engine/offline_times.h"
#include "ridgeline/mlperf.h"

namespace ridgeline {
namespace {

using namespace calibrate;

/// Expected error of a rate, and of the watts of a system; a cell of several results counts up to four of
/// them.
constexpr double expected_error = 0.10;
constexpr std::size_t most_alike = 4;

/// Results of one configuration, as one measurement.
struct Cell {
  std::string group, device;
  engine::OfflineCase work;
  std::vector<double> log_rates;  ///< samples per second of one device

  double log_rate() const {
    std::vector<double> sorted = log_rates;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
  double weight() const {
    return std::pow(static_cast<double>(std::min(log_rates.size(), most_alike)), 0.25) / expected_error;
  }
};

/// All that changes a prediction.
std::string configuration(const MlperfRow& row) {
  const OfflineWorkload& w = row.offline;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}", row.workload, row.hardware, row.round, w.software,
                     w.output_tokens > 0 ? w.max_devices : 1, w.power_limit ? w.power_limit->value() : 0,
                     static_cast<int>(w.power_mode));
}

Result<std::vector<Cell>> cells_of(const MlperfTable& table, const Catalog& catalog,
                                   const MlperfRules& rules) {
  std::map<std::string, Cell> cells;
  for (const MlperfRow& row : table.rows) {
    const MlperfWorkload* workload = rules.workload(row.workload);
    if (row.server || !workload || row.samples.value() <= 0) continue;
    Cell& cell = cells[configuration(row)];
    cell.log_rates.push_back(std::log(row.samples.value()));
    if (!cell.group.empty()) continue;
    cell.group = mlperf_group(row);
    cell.device = row.hardware;
    RIDGELINE_TRY(model, catalog.model(workload->model));
    RIDGELINE_TRY(hardware, catalog.hardware(row.hardware));
    auto work = engine::make_offline_case(*model, *hardware, row.offline, row.generation);
    if (!work) return bad_input(fmt::format("{}:{}: {}", table.path, row.line, work.error().message));
    cell.work = *std::move(work);
  }
  std::vector<Cell> out;
  for (auto& [key, cell] : cells) out.push_back(std::move(cell));
  return out;
}

/// Coefficients met so far, by name.
class CoefficientNames {
 public:
  std::size_t index(const std::string& name) {
    const auto [at, added] = indices_.emplace(name, coefficients_.size());
    if (added) {
      const OfflineCoefficientKind* kind = offline_coefficient_kind(name);
      coefficients_.push_back({name, kind->prior, kind->prior_spread});
    }
    return at->second;
  }
  const std::vector<LogCoefficient>& all() const { return coefficients_; }

 private:
  std::map<std::string, std::size_t> indices_;
  std::vector<LogCoefficient> coefficients_;
};

void append(const CoefficientNames& names, const LogFit& fit, OfflineCoefficients& out) {
  // Four digits are far below any error here, and a file that people can read.
  const auto rounded = [](double x) { return std::stod(fmt::format("{:.4g}", x)); };
  for (std::size_t i = 0; i < names.all().size(); ++i) {
    out.all.push_back(
        OfflineCoefficient{names.all()[i].name, rounded(fit.values[i]), rounded(fit.errors[i])});
  }
  std::sort(out.all.begin(), out.all.end(),
            [](const OfflineCoefficient& a, const OfflineCoefficient& b) { return a.name < b.name; });
}

bool has_no_factor(const std::string& name, const MlperfRules& rules) {
  return std::any_of(rules.workloads.begin(), rules.workloads.end(),
                     [&](const MlperfWorkload& w) { return w.base && name == "workload." + w.name; });
}

/// CoefficientNames of groups or devices: what a fit must not see.
using Without = std::set<std::string>;

/// The rate's coefficients, from the cells that `without` does not name. True: the fit converged.
bool fit_rates(const std::vector<Cell>& cells, const MlperfRules& rules, const Without& without,
               OfflineCoefficients& out) {
  CoefficientNames names;
  std::vector<LogRow> rows;
  for (const Cell& cell : cells) {
    if (without.count(cell.group) > 0 || without.count(cell.device) > 0) continue;
    LogRow row;
    std::vector<engine::Factor> factor_of;
    for (const engine::OfflineCase::Name& name : cell.work.names) {
      if (has_no_factor(name.coefficient, rules)) continue;
      const std::size_t index = names.index(name.coefficient);
      // A name in several factors (one generation, two efficiencies) is one parameter of the row.
      row.coefficients.push_back(index);
      factor_of.push_back(name.factor);
    }
    std::vector<std::size_t> distinct = row.coefficients, place;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (const std::size_t index : row.coefficients) {
      place.push_back(static_cast<std::size_t>(std::lower_bound(distinct.begin(), distinct.end(), index) -
                                               distinct.begin()));
    }
    row.coefficients = distinct;
    row.weight = cell.weight();
    row.log_ratio = [&cell, factor_of, place, measured = cell.log_rate()](std::span<const double> values) {
      engine::Factors f = engine::no_factors();
      for (std::size_t i = 0; i < place.size(); ++i)
        f[static_cast<std::size_t>(factor_of[i])] *= values[place[i]];
      return -std::log(engine::offline_times(cell.work, f).total()) - measured;
    };
    rows.push_back(std::move(row));
  }
  const LogFit fit = fit_logs(names.all(), rows);
  append(names, fit, out);
  return fit.converged;
}

std::vector<std::string> power_names(const MlperfRow& row, bool modelled) {
  std::vector<std::string> names = {fmt::format("wall.{}", to_string(row.host)), "wall.device", "wall.depth"};
  if (row.host != HostClass::module) names.push_back("wall.cooling");
  const std::string own = "wall.saving." + row.generation;
  if (row.offline.power_mode == PowerMode::saving)
    names.push_back(offline_coefficient_kind(own) ? own : "wall.saving");
  if (!modelled) names.push_back("wall.unknown_use");
  std::sort(names.begin(), names.end());
  return names;
}

/// The wall's coefficients, given those of the rates in `out`.
bool fit_power(const MlperfTable& table, const Catalog& catalog, const MlperfRules& rules,
               const Without& without, OfflineCoefficients& out) {
  std::map<std::string, double> of_system;
  std::set<std::string> seen;
  std::vector<std::pair<const MlperfRow*, OfflinePrediction>> runs;
  for (const MlperfRow& row : table.rows) {
    const auto hardware = catalog.hardware(row.hardware);
    if (!row.watts || !hardware || !(*hardware)->tdp) continue;
    if (without.count(mlperf_group(row)) > 0 || without.count(row.hardware) > 0) continue;
    if (!seen.insert(fmt::format("{}|{}|{}", row.system, row.workload, row.watts->value())).second) continue;
    OfflinePrediction prediction;
    if (const MlperfWorkload* workload = rules.workload(row.workload)) {
      const auto model = catalog.model(workload->model);
      auto predicted = predict_offline(**model, **hardware, row.offline, out);
      if (!predicted) continue;
      prediction = *std::move(predicted);
    }
    ++of_system[row.system];
    runs.emplace_back(&row, std::move(prediction));
  }
  CoefficientNames names;
  std::vector<LogRow> rows;
  for (const auto& run : runs) {
    const MlperfRow& row = *run.first;
    const OfflinePrediction& prediction = run.second;
    const Hardware& hardware = **catalog.hardware(row.hardware);
    const bool modelled = prediction.time.value() > 0;
    const std::vector<std::string> used = power_names(row, modelled);
    OfflineCoefficients some;
    some.shared = out.shared;
    LogRow log_row;
    for (const std::string& name : used) {
      log_row.coefficients.push_back(names.index(name));
      some.all.push_back({name, 1, 0});
    }
    log_row.weight = 2 / std::sqrt(of_system[row.system]) / expected_error;
    log_row.log_ratio = [&row, &prediction, &hardware, modelled,
                         some](std::span<const double> values) mutable {
      for (std::size_t i = 0; i < values.size(); ++i) some.all[i].value = values[i];
      OfflinePrediction p = prediction;
      if (!modelled) p.power_use = std::min(1.0, some.value("wall.unknown_use"));
      const auto system = system_power(hardware, row.offline, p, row.devices, row.host, some);
      return std::log(system->watts.value() / row.watts->value());
    };
    rows.push_back(std::move(log_row));
  }
  const LogFit fit = fit_logs(names.all(), rows);
  append(names, fit, out);
  return fit.converged;
}

/// Predicts each row by a fit that has not seen what `key` calls it.
MlperfValidation cross_validate(const MlperfTable& table, const Catalog& catalog, const MlperfRules& rules,
                                const std::vector<Cell>& cells, std::string (*key)(const MlperfRow&)) {
  Without keys;
  for (const MlperfRow& row : table.rows) keys.insert(key(row));
  std::vector<MlperfPoint> points(table.rows.size());
  for (const std::string& left_out : keys) {
    OfflineCoefficients coefficients;
    coefficients.shared = rules.shared;
    fit_rates(cells, rules, {left_out}, coefficients);
    fit_power(table, catalog, rules, {left_out}, coefficients);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      if (key(table.rows[i]) == left_out)
        points[i] = predict_row(table.rows[i], i, catalog, rules, coefficients);
    }
  }
  MlperfValidation validation = summarize_mlperf(table, std::move(points));
  validation.cross_validated = true;
  return validation;
}

/// Standard deviation of a normal distribution whose middle 90 % are as wide as those of the errors.
double spread_of(std::vector<double> logs) {
  if (logs.empty()) return 0;
  for (double& log : logs) log = std::abs(log);
  std::sort(logs.begin(), logs.end());
  return logs[static_cast<std::size_t>(0.9 * static_cast<double>(logs.size() - 1))] / engine::two_sided_90;
}

void set_spreads(const MlperfValidation& validation, OfflineCoefficients& out) {
  std::vector<double> rates, watts;
  for (const MlperfPoint& point : validation.points) {
    const MlperfRow& row = validation.table.rows[point.row];
    if (!row.server && point.samples.value() > 0 && row.samples.value() > 0)
      rates.push_back(std::log(point.samples / row.samples));
    if (point.watts && row.watts) watts.push_back(std::log(point.watts->value() / row.watts->value()));
  }
  const auto rounded = [](double x) { return std::round(x * 1e3) / 1e3; };
  out.spread = rounded(spread_of(std::move(rates)));
  out.power_spread = rounded(spread_of(std::move(watts)));
}

}  // namespace

Result<MlperfFit> fit_mlperf(const MlperfTable& table, const Catalog& catalog, const MlperfRules& rules,
                             const MlperfFitOptions& options) {
  RIDGELINE_TRY(cells, cells_of(table, catalog, rules));
  if (cells.empty()) return bad_input(table.path + ": no Offline result on a device of the catalog");
  const auto progress = [&](const std::string& line) {
    if (options.progress) options.progress(line);
  };
  MlperfFit fit;
  fit.coefficients.shared = rules.shared;
  fit.converged = fit_rates(cells, rules, {}, fit.coefficients);
  fit.converged = fit_power(table, catalog, rules, {}, fit.coefficients) && fit.converged;
  fit.in_sample = validate_mlperf(table, catalog, rules, fit.coefficients);
  progress(fmt::format("fitted on {} configurations; now without each group and device", cells.size()));
  fit.cross_validated = cross_validate(table, catalog, rules, cells, mlperf_group);
  fit.other_devices =
      cross_validate(table, catalog, rules, cells, +[](const MlperfRow& row) { return row.hardware; });
  fit.coefficients.source = options.source;
  fit.coefficients.date = options.date;
  fit.coefficients.rows = fit.in_sample.offline.rows;
  fit.coefficients.groups = fit.in_sample.offline_groups.rows;
  set_spreads(fit.cross_validated, fit.coefficients);
  return fit;
}

}  // namespace ridgeline
