#pragma once
// What the benchmarks of MLPerf Inference run, and how published names are read. docs/offline.md.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/offline.h"

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

}  // namespace ridgeline
