#include <fmt/format.h>

#include "report/format.h"
#include "report/gate_parts.h"
#include "report/markup.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

/// Criteria of a comment that fits a screen; the others are folded.
constexpr std::size_t most_rows = 12;

const char* sign_of(Outcome outcome) {
  static constexpr const char* signs[] = {"✅", "❌", "❔"};
  return signs[static_cast<std::size_t>(outcome)];
}

Table criteria_table() {
  return Table({{"metric"},
                {"base", Align::right},
                {"head", Align::right},
                {"change", Align::right},
                {"fails if", Align::right},
                {"outcome"}});
}

void add_row(Table& table, const CriterionResult& result) {
  const GateRow row = gate_row(result);
  table.add({code(row.metric), row.base, row.head, row.change, code(row.limit),
             fmt::format("{} {}", sign_of(result.judgement.outcome), row.outcome)});
}

std::string reasons(const GateReport& report) {
  Table table({{"criterion"}, {"outcome"}, {"why"}});
  for (const CriterionResult& result : report.results)
    table.add({code(to_string(result.criterion)), std::string(to_string(result.judgement.outcome)),
               escaped(result.judgement.reason)});
  return table.markdown();
}

std::string differences(const RunDifference& difference) {
  Table table(
      {{"metric"}, {"base", Align::right}, {"head", Align::right}, {"change", Align::right}, {"difference"}});
  for (const MetricDifference& m : difference.metrics) {
    const CriterionUnit unit = unit_of(m.metric->unit);
    table.add({code(std::string(m.metric->name)), figure_text(m.a, unit), figure_text(m.b, unit),
               m.relative ? change_text(*m.relative) : change_text(m.absolute, unit),
               m.evidence == Evidence::not_shown ? "not shown" : std::string(to_string(m.evidence))});
  }
  return table.markdown();
}

std::string details(const GateReport& report, const std::vector<const CriterionResult*>& folded) {
  std::string result = "<details><summary>Reasons and further figures</summary>\n\n";
  if (!folded.empty()) {
    Table table = criteria_table();
    for (const CriterionResult* r : folded) add_row(table, *r);
    result += table.markdown() + "\n";
  }
  result += reasons(report);
  if (report.difference) {
    result += "\n" + differences(*report.difference);
    for (const std::string& sentence : report.difference->sentences)
      result += fmt::format("\n- {}", escaped(sentence));
    result += report.difference->sentences.empty() ? "" : "\n";
    result += fmt::format("\nIntervals are 95 %; {} queries against {}{}.\n", report.difference->a_queries,
                          report.difference->b_queries, report.difference->paired ? ", paired" : "");
  } else {
    result += "\nPredictions are points: their changes are exact.\n";
  }
  return result + "\n</details>\n";
}

}  // namespace

std::string markdown(const GateReport& report) {
  const Outcome shown = report.fails() ? Outcome::failed : report.outcome();
  std::string result =
      fmt::format("### {} ridgeline check: {}\n\n{}. Base {}, head {}.\n\n", sign_of(shown),
                  gate_word(report), gate_counts(report), code(report.base), code(report.head));
  Table table = criteria_table();
  std::vector<const CriterionResult*> rows = by_outcome(report), folded;
  if (rows.size() > most_rows) {
    folded.assign(rows.begin() + most_rows, rows.end());
    rows.resize(most_rows);
  }
  for (const CriterionResult* r : rows) add_row(table, *r);
  result += table.markdown();
  if (!folded.empty()) result += fmt::format("\nand {} more, folded below\n", folded.size());
  for (const std::string& broken : report.broken) result += fmt::format("\n❌ {}\n", escaped(broken));
  for (const std::string& warning : report.warnings) result += fmt::format("\n⚠️ {}\n", escaped(warning));
  if (const std::string shift = shift_line(report); !shift.empty())
    result += fmt::format("\nLatency by decile, head less base: {}\n", shift);
  return result + "\n" + details(report, folded);
}

}  // namespace ridgeline::report
