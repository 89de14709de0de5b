#include "report/study_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/front_chart.h"
#include "report/study_parts.h"
#include "report/study_tables.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

std::string study_title(const ReadStudy& read) {
  return fmt::format("{}, {}: {} points, {}", models_text(read.study),
                     read.study.kind == StudyKind::serving ? "serving" : "passes", whole(read.result.points),
                     calibration_text(read.study));
}

std::string study_verdict(const StudyResult& result) {
  std::vector<std::string> counts{
      fmt::format("{} keep to the constraints, {} break one", whole(result.feasible), whole(result.fell)),
      fmt::format("not predicted: {} excluded by conditions, {} do not fit, {} impossible",
                  whole(result.excluded), whole(result.does_not_fit), whole(result.failed))};
  if (result.untold > 0)
    counts.push_back(fmt::format("of {} a constraint's metric is unknown", whole(result.untold)));
  if (result.interrupted())
    counts.push_back(fmt::format("interrupted after {} of {} points; all of this is of those",
                                 whole(result.explored), whole(result.points)));
  const bool none = result.front.empty();
  return verdict_block(none || result.interrupted() ? Tone::bad : Tone::plain,
                       none ? "No point keeps to the constraints"
                            : fmt::format("{} on the Pareto front", whole(result.front.size())),
                       counts);
}

/// xml_escaped() of each line: it has no place for their ends.
std::string lines_escaped(const std::string& text) {
  std::string result;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    result += xml_escaped(std::string_view(text).substr(from, to - from)) + "\n";
    from = to + 1;
  }
  return result;
}

std::string study_question(const ReadStudy& read) {
  const Study& study = read.study;
  Table table({{"what"}, {"value"}});
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) table.add({what, value});
  };
  for (const StudyAxis& axis : study.axes) {
    std::vector<std::string> values;
    for (const AxisValue& value : axis.values) values.push_back(value.text);
    table.add({axis.name, fmt::format("{}", fmt::join(values, ", "))});
  }
  for (const StudyObjective& o : study.objectives) add("objective", objective_text(study, o));
  for (const StudyConstraint& c : study.constraints) add("constraint", to_string(c.criterion));
  for (const StudyCondition& c : study.conditions) add("condition", c.text);
  if (has_money(study)) add("money", read.money);
  if (study.search)
    add("searched", fmt::format("{} of the points, NSGA-II: population {}, {} generations, seed {}",
                                whole(read.result.explored), study.search->population,
                                study.search->generations, study.search->seed));
  std::string body = scrolled(table.html());
  if (!study.text.empty())
    body += fmt::format("<details><summary>The study's file</summary>\n<pre>{}</pre></details>\n",
                        lines_escaped(study.text));
  return body;
}

}  // namespace

std::string study_page(const ReadStudy& read, const std::vector<Input>& inputs, const PageSource& source) {
  std::vector<Chart> charts;
  if (read.study.objectives.size() > 1 && !read.result.front.empty())
    charts.push_back(front_chart(read.study, read.result));
  std::string body = study_verdict(read.result);
  body +=
      section("Pictures", pictures(charts, read.result.front.empty()
                                               ? "There is no point to draw."
                                               : "One objective has no front to draw: its best is below."));
  for (const StudyPart& part : study_tables(read.study, read.result, read.result.front.size() + 100))
    body += section(
        part.heading,
        (part.table ? scrolled(part.table->html()) : "") +
            (part.more > 0 ? fmt::format("<p>and {} more in the document</p>\n", whole(part.more)) : "") +
            paragraphs(part.below));
  body += section("What was asked", study_question(read));
  if (!inputs.empty()) body += inputs_section(inputs);
  return page(study_title(read), body + made_by_section(source), source);
}

}  // namespace ridgeline::report
