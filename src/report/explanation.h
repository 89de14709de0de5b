#pragma once
// What reports of two profiles share.

#include <string>

#include "report/table.h"
#include "ridgeline/explanation.h"

namespace ridgeline::report {

/// Both sides in a table, and below it the text that tells them apart.
std::string difference_markdown(const ProfileDifference&, const std::string& text);

/// The parts of the latency, largest first, each with what it does alone and what is left without it; and
/// what a reader must know of the table. Requires a counterfactual of each part.
struct PartsTable {
  Table table;
  std::string below;
};
PartsTable parts_table(const Explanation&);
/// Both sides, a row a figure.
Table sides_table(const ProfileDifference&);

}  // namespace ridgeline::report
