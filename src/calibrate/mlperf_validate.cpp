#include "calibrate/mlperf_validate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "calibrate/errors.h"
#include "ridgeline/mlperf.h"

namespace ridgeline {
namespace calibrate {
namespace {

/// Errors of rows by a key, and of which groups they are.
struct Collected {
  Errors errors;
  std::map<std::string, Errors> by_group;

  void add(const std::string& group, double error) {
    errors.add(error);
    by_group[group].add(error);
  }
  /// Of the median size of the errors of each group.
  ErrorSummary over_groups() const {
    Errors sizes;
    for (const auto& [group, errors_of_group] : by_group) sizes.add(errors_of_group.summary().median);
    ErrorSummary summary = sizes.summary();
    summary.bias = 0;  // sizes have no sign
    return summary;
  }
};

std::vector<MlperfGroup> groups_of(const std::map<std::string, Collected>& by_key) {
  std::vector<MlperfGroup> groups;
  for (const auto& [key, collected] : by_key) {
    groups.push_back(MlperfGroup{key, collected.errors.summary(), collected.by_group.size()});
  }
  return groups;
}

double error_of(double predicted, double measured) { return 100 * (predicted / measured - 1); }

}  // namespace

std::string mlperf_group(const MlperfRow& row) {
  return (row.workload.empty() ? row.benchmark : row.workload) + ", " + row.hardware;
}

double published_energy(const MlperfRow& row) {
  return row.watts && row.samples.value() > 0 ? row.watts->value() / (row.samples.value() * row.devices) : 0;
}

MlperfPoint predict_row(const MlperfRow& row, std::size_t index, const Catalog& catalog,
                        const MlperfRules& rules, const OfflineCoefficients& coefficients) {
  MlperfPoint point;
  point.row = index;
  const auto hardware = catalog.hardware(row.hardware);
  OfflinePrediction prediction;
  prediction.power_use = coefficients.value("wall.unknown_use");
  if (const MlperfWorkload* workload = rules.workload(row.workload); workload && hardware) {
    const auto model = catalog.model(workload->model);
    if (!model) {
      point.error = model.error().message;
      return point;
    }
    const auto predicted = predict_offline(**model, **hardware, row.offline, coefficients);
    if (!predicted) {
      point.error = predicted.error().message;
      return point;
    }
    prediction = *predicted;
    point.samples = prediction.samples * (row.server ? workload->server_share : 1.0);
    const double peak = prediction.mfu > 0 ? prediction.samples.value() / prediction.mfu : 0;
    point.beats_roofline = peak > 0 && row.samples.value() > peak;
  }
  if (!row.watts || !hardware) return point;
  const auto system = system_power(**hardware, row.offline, prediction, row.devices, row.host, coefficients);
  if (!system) return point;
  point.watts = system->watts;
  if (point.samples.value() > 0)
    point.energy = Joules(system->watts.value() / (point.samples.value() * row.devices));
  return point;
}

MlperfValidation summarize_mlperf(MlperfTable table, std::vector<MlperfPoint> points) {
  MlperfValidation v;
  Collected offline;
  std::map<std::string, Collected> workloads, generations;
  Errors energy, watts;
  std::set<std::string> counted;  // one run is published under several names
  for (const MlperfPoint& point : points) {
    const MlperfRow& row = table.rows[point.row];
    if (!point.error.empty()) continue;
    if (!row.server && point.samples.value() > 0 && row.samples.value() > 0 && !point.beats_roofline) {
      const double error = error_of(point.samples.value(), row.samples.value());
      const std::string group = mlperf_group(row);
      offline.add(group, error);
      workloads[row.workload].add(group, error);
      generations[row.generation].add(group, error);
    }
    if (!point.watts || !row.watts) continue;
    const std::string run = row.system + "|" + (row.workload.empty() ? row.benchmark : row.workload) + "|" +
                            std::to_string(row.watts->value()) + (row.server ? "|server" : "");
    if (!counted.insert(run).second) continue;
    watts.add(error_of(point.watts->value(), row.watts->value()));
    const double measured = published_energy(row);
    if (point.energy && measured > 0) energy.add(error_of(point.energy->value(), measured));
  }
  v.offline = offline.errors.summary();
  v.offline_groups = offline.over_groups();
  v.workloads = groups_of(workloads);
  v.generations = groups_of(generations);
  v.energy = energy.summary();
  v.wall_power = watts.summary();
  v.table = std::move(table);
  v.points = std::move(points);
  return v;
}

}  // namespace calibrate

MlperfValidation validate_mlperf(const MlperfTable& table, const Catalog& catalog, const MlperfRules& rules,
                                 const OfflineCoefficients& coefficients) {
  std::vector<MlperfPoint> points;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    points.push_back(calibrate::predict_row(table.rows[i], i, catalog, rules, coefficients));
  }
  return calibrate::summarize_mlperf(table, std::move(points));
}

}  // namespace ridgeline
