#pragma once
// `simulate MISSION`: what a mission asks, in place of a model and a device.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app.h"

namespace ridgeline::cli {

struct MissionFlags {
  bool list = false, fix = false;
  std::vector<std::string> changes;  ///< NAME=VALUE
  std::string sweep, until;
  std::string late_after;
  std::uint64_t fleet = 1000;
  std::optional<std::string> phase;
  std::vector<std::string> as;        ///< scenarios
  const CLI::App* command = nullptr;  ///< that they were added to

  void add_to(CLI::App&);
  /// The flags belong to missions alone.
  bool any() const;
};

bool is_mission(const Context&, const std::string& id);
/// What is wrong where a device is missing or flags of missions go with a model.
Error no_mission(const std::string& id);
int list_missions(const Context&);
/// Exit code 1 when a threshold breaks; of a sweep 0 when it finds where.
int run_mission(const Context&, const std::string& id, const MissionFlags&);

}  // namespace ridgeline::cli
