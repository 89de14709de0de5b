#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "report/format.h"
#include "report/table.h"
#include "report/validation_parts.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::vector<std::string> cells_of(const ErrorSummary& e, bool with_interval) {
  if (e.rows == 0) return {absent, absent, absent, absent};
  return {percent(e.mape / 100), percent(e.median / 100), signed_percent(e.bias / 100),
          with_interval ? percent(e.coverage / 100) : absent};
}

void add_row(Table& table, const std::string& name, const ErrorSummary& tpot, const ErrorSummary& ttft,
             bool with_interval) {
  std::vector<std::string> cells{name, fmt::format("{}", std::max(tpot.rows, ttft.rows))};
  for (const ErrorSummary* errors : {&tpot, &ttft}) {
    for (std::string& cell : cells_of(*errors, with_interval)) cells.push_back(std::move(cell));
  }
  table.add(std::move(cells));
}

std::string errors_table(const Validation& v) {
  Table table({{"group"},
               {"rows", Align::right},
               {"TPOT MAPE", Align::right},
               {"median", Align::right},
               {"bias", Align::right},
               {"in 90 %", Align::right},
               {"TTFT MAPE", Align::right},
               {"median", Align::right},
               {"bias", Align::right},
               {"in 90 %", Align::right}});
  const bool with_interval = has_intervals(v);
  for (const ValidationGroup& group : v.groups)
    add_row(table, group.key, group.tpot, group.ttft, with_interval);
  if (!v.groups.empty()) table.rule();
  add_row(table, "all that count", v.tpot, v.ttft, with_interval);
  if (v.clear_tpot.rows != v.tpot.rows || v.clear_ttft.rows != v.ttft.rows) {
    add_row(table, "without a doubt", v.clear_tpot, v.clear_ttft, with_interval);
  }
  return table.text();
}

/// Rows that have something to say, in the order of the file.
using Lines = std::vector<std::pair<const MeasuredPoint*, const std::string*>>;

std::string list(std::string_view title, const Lines& rows, std::size_t listed) {
  if (rows.empty()) return "";
  std::string result = fmt::format("\n{} {} {}\n", rows.size(), rows.size() == 1 ? "row" : "rows", title);
  for (std::size_t i = 0; i < std::min(listed, rows.size()); ++i) {
    const MeasuredPoint& m = *rows[i].first;
    result += fmt::format("  line {}: {} on {}{}{}: {}\n", m.line, m.model, m.hardware,
                          m.stack.empty() ? "" : ", ", m.stack, *rows[i].second);
  }
  if (rows.size() > listed)
    result += fmt::format("  ... and {} more; --json has all\n", rows.size() - listed);
  return result;
}

/// A doubt is often that of many rows.
std::string doubts(const Validation& v, std::size_t listed) {
  struct Kind {
    std::size_t rows = 0, first_line = 0;
  };
  std::map<std::string, Kind> kinds;
  std::size_t rows = 0;
  for (const MeasuredPoint& m : v.table.points) {
    if (m.doubt.empty()) continue;
    Kind& kind = kinds[m.doubt];
    if (kind.rows++ == 0) kind.first_line = m.line;
    ++rows;
  }
  if (rows == 0) return "";
  std::vector<std::pair<std::string, Kind>> sorted(kinds.begin(), kinds.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.rows > b.second.rows; });
  std::string result = fmt::format("\n{} {} with a doubt: they count, and a fit leaves them out\n", rows,
                                   rows == 1 ? "row" : "rows");
  for (std::size_t i = 0; i < std::min(listed, sorted.size()); ++i) {
    const auto& [doubt, kind] = sorted[i];
    result += fmt::format("  {} from line {} on: {}\n", kind.rows, kind.first_line, doubt);
  }
  if (sorted.size() > listed) result += fmt::format("  ... and {} more kinds\n", sorted.size() - listed);
  return result;
}

}  // namespace

std::string text(const Validation& v, std::size_t listed) {
  Lines suspects, failures;
  for (const ValidatedPoint& p : v.points) {
    if (!p.suspect.empty()) suspects.emplace_back(&v.table.points[p.row], &p.suspect);
    if (!p.error.empty()) failures.emplace_back(&v.table.points[p.row], &p.error);
  }
  std::string result =
      fmt::format("{}: {} rows, {} of them suspect, {} without a prediction{}\n\n", v.table.path,
                  v.points.size(), suspects.size(), failures.size(),
                  v.cross_validated ? "; each predicted by a fit that had not seen its group" : "");
  result += errors_table(v);
  if (has_intervals(v)) {
    result +=
        fmt::format("\n{} of the measured times are inside their 90 % interval\n", percent(v.coverage / 100));
  }
  result += list("beat the roofline: suspect, and not counted", suspects, listed);
  result += list("without a prediction", failures, listed);
  result += doubts(v, listed);
  if (!v.table.notes.empty()) result += "\nnotes\n";
  for (const std::string& note : v.table.notes) result += "  " + note + "\n";
  return result;
}

}  // namespace ridgeline::report
