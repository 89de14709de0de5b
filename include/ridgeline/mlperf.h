#pragma once
// Published MLPerf Inference results against the offline model: what a benchmark runs, how far predictions
// are from results, and the coefficients that fit them. docs/offline.md.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/mlperf_rules.h"
#include "ridgeline/validation.h"

namespace ridgeline {

/// One published result on a catalog device.
struct MlperfRow {
  std::size_t line = 0;
  std::string workload;  ///< empty: a benchmark without a model here; only its watts count
  std::string benchmark, hardware, generation, round, system;
  OfflineWorkload offline;
  bool server = false;         ///< Server scenario; else Offline
  unsigned devices = 1;        ///< in all
  Hertz samples{};             ///< per second of one device; 0 where not published
  std::optional<Watts> watts;  ///< of the system, at the wall
  HostClass host = HostClass::server;
};
struct MlperfTable {
  std::string path;
  std::vector<MlperfRow> rows;
  std::map<std::string, std::size_t> left_out;  ///< reason: rows
};
/// True for a header with the columns of published results, or of power runs.
bool is_mlperf(const std::string& path);
/// Reads either file. bad_input with file, line, column.
Result<MlperfTable> read_mlperf(const std::string& path, const Catalog&, const MlperfRules&);

struct MlperfPoint {
  std::size_t row = 0;
  Hertz samples{};               ///< predicted, of one device
  std::optional<Watts> watts;    ///< predicted, of the system
  std::optional<Joules> energy;  ///< predicted a sample: both predicted
  std::string error;             ///< why there is none
  bool beats_roofline = false;   ///< the published rate is beyond the peak: not counted
};
struct MlperfGroup {
  std::string key;
  ErrorSummary errors;
  std::size_t groups = 0;  ///< workload x device
};
struct MlperfValidation {
  MlperfTable table;
  std::vector<MlperfPoint> points;
  ErrorSummary offline;         ///< Offline rate, each row
  ErrorSummary offline_groups;  ///< of the median error of each workload x device
  std::vector<MlperfGroup> workloads, generations;
  ErrorSummary energy;      ///< J a sample, watts and rate both predicted
  ErrorSummary wall_power;  ///< watts
  bool cross_validated = false;
};
MlperfValidation validate_mlperf(const MlperfTable&, const Catalog&, const MlperfRules&,
                                 const OfflineCoefficients&);

struct MlperfFitOptions {
  std::string source, date;
  std::function<void(const std::string&)> progress;
};
struct MlperfFit {
  OfflineCoefficients coefficients;
  bool converged = false;
  MlperfValidation in_sample, cross_validated;
  MlperfValidation other_devices;  ///< cross-validated with all results of a device left out
};
/// Robust regression with priors on the logarithms; then the same without each group (workload x device), and
/// without each device, in turn: the cross-validated errors, and from the former the spreads. bad_input when
/// there is no Offline result on a device of the catalog.
Result<MlperfFit> fit_mlperf(const MlperfTable&, const Catalog&, const MlperfRules&, const MlperfFitOptions&);

}  // namespace ridgeline
