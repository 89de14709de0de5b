#pragma once
// Published MLPerf Inference results against the offline model: what a benchmark runs, how far predictions
// are from results, and the coefficients that fit them. docs/offline.md.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/offline.h"
#include "ridgeline/validation.h"

namespace ridgeline {

/// A benchmark, as data/offline/mlperf.yaml describes it.
struct MlperfWorkload {
  struct Formats {
    std::vector<std::string> generations;  ///< empty: any
    std::vector<Precision> use;            ///< the first that the device has a peak in
  };
  std::string name;                     ///< of the coefficients
  std::vector<std::string> benchmarks;  ///< in published results
  std::string model;                    ///< catalog id
  bool base = false;  ///< the family's efficiency is this workload's: it has no factor of its own
  double prompt_tokens = 0, output_tokens = 0, items = 1;
  unsigned beams = 1;
  std::vector<Formats> formats;               ///< the first that names the generation
  std::vector<std::string> rounds;            ///< whose software has a factor
  std::map<std::string, std::string> always;  ///< generation: the round whose factor it always has
  double server_share = 1;                    ///< of the Offline rate that Server results reach
  Provenance provenance;                      ///< of the lengths
};

/// How published names are read.
struct MlperfRules {
  struct Device {
    std::string contains, device;
    std::optional<Watts> power_limit;
  };
  struct LeftOut {
    std::string column, contains, but_not, workload, round;  ///< an empty one leaves it open
    bool only_watts = false;                                 ///< the rate counts
    std::string reason;
  };
  static Result<MlperfRules> load(const std::string& path);
  const MlperfWorkload* workload(std::string_view name) const;         ///< by name or benchmark
  const MlperfWorkload* workload_of(std::string_view model_id) const;  ///< the first of that model

  std::vector<MlperfWorkload> workloads;
  std::vector<Device> devices;
  std::vector<LeftOut> left_out;
  std::map<std::string, std::string> shared;  ///< as in OfflineCoefficients
  std::vector<std::string> other_software;    ///< generations
  std::string power_runs_round;               ///< of files of power runs, which do not say it
  std::vector<std::string> saving_systems, never_saving;
  std::map<std::string, std::string> saving_with_power;  ///< generation: submitter
  std::vector<std::string> module_systems, edge_systems;
};

/// The workload on a device in a round ("4.1"; empty: with the newest software). `generation` as the
/// coefficients call it. bad_input when the device has a peak in none of its formats.
Result<OfflineWorkload> offline_workload(const MlperfRules&, const MlperfWorkload&, const Hardware&,
                                         const std::string& generation, const std::string& round);

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
