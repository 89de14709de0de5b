#pragma once
// One side of a comparison as flags, and changes to it: --change KEY=VALUE.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "options.h"
#include "ridgeline/explanation.h"

namespace ridgeline::cli {

struct SetupFlags {
  std::string model, hardware;
  DeploymentFlags deployment;
  StepFlags step;
  ParallelismFlags parallelism;
  std::optional<double> price_per_hour;
  /// Keys hardware.* and calibration.* with their values: they change what the catalog and the fit say.
  std::vector<std::pair<std::string, std::string>> values;

  Result<Setup> setup(const Context&, const Catalog&) const;
};

/// Applies KEY=VALUE. bad_input names the keys, or what the value should be.
Status apply_change(SetupFlags&, const std::string& change);
/// The keys, for --help: "model, hardware, batch, ...".
std::string change_keys();

}  // namespace ridgeline::cli
