#include <fmt/format.h>

#include "report/study_parts.h"
#include "report/study_tables.h"

namespace ridgeline::report {
namespace {

/// Points of a table that fits a screen; the others are in the CSV and JSON.
constexpr std::size_t rows_of_screen = 20;

std::string head(const Study& study, const StudyResult& result) {
  std::string text = fmt::format("{}, {}: {} points, {}\n", models_text(study),
                                 study.kind == StudyKind::serving ? "serving" : "passes",
                                 whole(result.points), calibration_text(study));
  if (const std::string fixed = fixed_text(study); !fixed.empty())
    text += fmt::format("  all           {}\n", fixed);
  std::vector<std::string> parts;
  for (const StudyObjective& o : study.objectives) parts.push_back(objective_text(study, o));
  text += fmt::format("  objectives    {}\n", fmt::join(parts, ", "));
  parts.clear();
  for (const StudyConstraint& c : study.constraints) parts.push_back(to_string(c.criterion));
  if (!parts.empty()) text += fmt::format("  constraints   {}\n", fmt::join(parts, ", "));
  parts.clear();
  for (const StudyCondition& c : study.conditions) parts.push_back(c.text);
  if (!parts.empty()) text += fmt::format("  conditions    {}\n", fmt::join(parts, ", "));
  if (has_money(study)) text += fmt::format("  money         {}\n", money_text(study));
  if (study.search)
    text += fmt::format("  searched      {} of the points, NSGA-II: population {}, {} generations, seed {}\n",
                        whole(result.explored), study.search->population, study.search->generations,
                        study.search->seed);
  if (study.search && result.interrupted())
    text += "INTERRUPTED; what follows is of the points seen\n";
  else if (result.explored < result.points && !result.searched)
    text += fmt::format("INTERRUPTED after {} of {} points; what follows is of those. --resume goes on\n",
                        whole(result.explored), whole(result.points));
  else if (result.interrupted())
    text += "INTERRUPTED while simulating; --resume goes on\n";
  text += fmt::format("  predicted     {} keep to the constraints, {} break one", whole(result.feasible),
                      whole(result.fell));
  if (result.untold > 0)
    text += fmt::format(", of {} a constraint's metric is unknown", whole(result.untold));
  text += fmt::format("\n  not predicted {} excluded by conditions, {} do not fit, {} impossible\n",
                      whole(result.excluded), whole(result.does_not_fit), whole(result.failed));
  return text;
}

}  // namespace

std::string text(const Study& study, const StudyResult& result) {
  std::string text = head(study, result);
  for (const StudyPart& part : study_tables(study, result, rows_of_screen)) {
    text += "\n" + part.heading + "\n";
    if (part.table) text += part.table->text();
    if (part.more > 0) text += fmt::format("and {} more: see --csv or --json\n", whole(part.more));
    for (const std::string& line : part.below) text += line + "\n";
  }
  return text;
}

}  // namespace ridgeline::report
