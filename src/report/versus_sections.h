#pragma once
// An audit of two systems in its sections, for whatever form they are printed in.

#include <optional>
#include <string>
#include <vector>

#include "report/table.h"
#include "ridgeline/versus.h"

namespace ridgeline::report {

/// A heading, a table and what belongs to it.
struct VersusSection {
  std::string heading;
  std::optional<Table> table;
  std::vector<std::string> lines;
};
std::vector<VersusSection> versus_sections(const Versus&);
std::string versus_title(const Versus&);
/// "Verdict: B; ...".
std::string verdict_line(const Versus&);

}  // namespace ridgeline::report
