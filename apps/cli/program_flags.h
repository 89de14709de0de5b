#pragma once
// Systems under test that are other people's programs: commands and shared libraries.

#include <memory>
#include <string>

#include "app.h"

namespace ridgeline::cli {

struct ProgramFlags {
  std::string command, startup_timeout = "60s", system_options;

  void add_to(CLI::App&);
  Status check(const std::string& target) const;
  bool is_command() const { return !command.empty(); }
  Result<std::unique_ptr<SystemUnderTest>> make_command(const Schedule&) const;
  Result<std::unique_ptr<SystemUnderTest>> make_shared_library(const std::string& path,
                                                               const Schedule&) const;
};

/// Ends in .so, or in .so and a version: "libmine.so.1.2".
bool is_shared_library(const std::string& target);

}  // namespace ridgeline::cli
