#include <fmt/format.h>

#include "report/gate_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

constexpr const char* red = "31";
constexpr const char* green = "32";
constexpr const char* yellow = "33";

std::string painted(const std::string& text, const char* code, Colour colour) {
  return colour == Colour::on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

/// Colours a row as a whole: within a cell the codes would count as columns.
const char* code_of(const CriterionResult& result) {
  switch (result.judgement.outcome) {
    case Outcome::failed:
      return red;
    case Outcome::cannot_tell:
      return yellow;
    case Outcome::passed:
      return nullptr;
  }
  return nullptr;
}

std::string table(const GateReport& report, Colour colour) {
  Table table({{"criterion"},
               {"base", Align::right},
               {"head", Align::right},
               {"change", Align::right},
               {"outcome"},
               {"why"}});
  for (const CriterionResult& result : report.results) {
    const GateRow row = gate_row(result);
    table.add({row.criterion, row.base, row.head, row.change, row.outcome, row.reason});
  }
  const std::string plain = table.text();
  if (colour == Colour::off) return plain;
  std::string painted_lines;
  std::size_t at = 0, number = 0;
  while (at < plain.size()) {
    const std::size_t end = plain.find('\n', at);
    const std::string line = plain.substr(at, end - at);
    constexpr std::size_t head = 2;  // titles and the rule
    const char* code = number >= head ? code_of(report.results[number - head]) : nullptr;
    painted_lines += (code ? painted(line, code, colour) : line) + "\n";
    at = end + 1;
    ++number;
  }
  return painted_lines;
}

}  // namespace

std::string text(const GateReport& report, Colour colour) {
  const char* code = report.fails() ? red : report.outcome() == Outcome::passed ? green : yellow;
  std::string result = fmt::format("{}: {}\n", painted(report.fails() ? "FAILED" : "PASSED", code, colour),
                                   gate_counts(report));
  result += fmt::format("base {}, head {}\n\n{}", report.base, report.head, table(report, colour));
  for (const std::string& broken : report.broken) result += painted("failed: ", red, colour) + broken + "\n";
  if (report.difference) {
    result += "Intervals are 95 %.\n";
    if (const std::string shift = shift_line(report); !shift.empty())
      result += fmt::format("Latency by decile, head less base: {}\n", shift);
  }
  for (const std::string& warning : report.warnings)
    result += painted("warning: ", yellow, colour) + warning + "\n";
  return result;
}

}  // namespace ridgeline::report
