#pragma once
// A study's tables, for whatever form they are printed in.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/table.h"
#include "ridgeline/study.h"

namespace ridgeline::report {

struct StudyPart {
  std::string heading;
  std::optional<Table> table;
  std::size_t more = 0;            ///< rows that are not in it
  std::vector<std::string> below;  ///< what a reader must know of the table
};

/// The front, the top, what constraints cost, what was not predicted or compared, the simulations, and how
/// much the winner's inputs matter: those that the result has. Lists end after `most` rows.
std::vector<StudyPart> study_tables(const Study&, const StudyResult&, std::size_t most);

}  // namespace ridgeline::report
