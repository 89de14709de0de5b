#pragma once
// A document, and what its own command gives now.

#include <optional>
#include <string>
#include <vector>

#include "report/record.h"

namespace ridgeline::report {

struct Reproduction {
  std::string document;              ///< path, or id
  std::vector<std::string> command;  ///< that was run again
  std::string old_version, new_version, old_build, new_build;
  std::size_t bytes = 0;  ///< compared, of the document
  struct Difference {
    std::size_t line = 0;  ///< the first one that differs, from 1
    std::string before, after;
  };
  std::optional<Difference> difference;
  bool same_figures = true;  ///< nothing differs but the version, the build, files and inputs
  /// "hardware.memory.bandwidth was 2.04 TB/s, is 2.00 TB/s"; what came and what went.
  std::vector<std::string> changed_inputs;
  std::vector<std::string> changed_files;  ///< of the catalog
  bool equal() const { return !difference; }
};

/// Sets bytes and difference.
void compare(const std::string& before, const std::string& after, Reproduction&);
/// Sets changed_inputs and changed_files.
void compare(const MadeBy& before, const MadeBy& after, Reproduction&);

std::string text(const Reproduction&);
std::string json(const Reproduction&);

}  // namespace ridgeline::report
