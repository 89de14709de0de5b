#pragma once
// How a measurement is driven, whatever the system.

#include <string>
#include <vector>

#include "app.h"

namespace ridgeline::cli {

struct DriveFlags {
  std::string warm_up, driver_cpus, cpus, priority = "auto";
  unsigned issue_threads = 1, repeat = 1;

  void add_to(CLI::App&);
  /// With the stop flag set, and system_cpus where --cpus is given.
  Result<DriveOptions> options() const;
};

/// "0", "1-3", "0,2": cores, each once.
Result<std::vector<int>> parse_cpus(const std::string& text, const std::string& flag);

}  // namespace ridgeline::cli
