#include <fmt/format.h>

#include "report/evaluation.h"
#include "report/format.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

std::string figure(double value, EvaluationUnit unit) {
  const bool prefixed = unit != EvaluationUnit::dollars && unit != EvaluationUnit::per_second;
  return prefixed ? si(value, to_string(unit)) : fmt::format("{} {}", plain(value), to_string(unit));
}

std::string value_of(const EvaluationMetric& m) {
  if (!m.value) return "unknown";
  return (m.upper_bound ? "at most " : "") + figure(*m.value, m.kind->unit);
}

std::string interval_of(const EvaluationMetric& m) {
  if (!m.interval) return absent;
  return fmt::format("{} to {}", figure(m.interval->first, m.kind->unit),
                     figure(m.interval->second, m.kind->unit));
}

std::string limit_of(const EvaluationMetric& m) {
  if (!m.limit) return absent;
  return fmt::format("{} {}", m.kind->side == LimitSide::at_most ? "≤" : "≥", figure(*m.limit, m.kind->unit));
}

std::string verdict_of(const EvaluationMetric& m) {
  return m.status ? std::string(to_string(*m.status)) : absent;
}

std::string title(const Evaluation& e) {
  const std::string devices = e.devices > 1 ? fmt::format("{} x ", e.devices) : "";
  return fmt::format("{} on {}{}: {}", e.model, devices, e.hardware, e.work);
}

Table levels(const Evaluation& e) {
  Table table({{"level"}, {"verdict"}, {"because"}});
  for (const EvaluationLevel& level : e.levels) {
    table.add(
        {fmt::format("{} {}", level.level, level.name), std::string(to_string(level.status)), level.reason});
  }
  return table;
}

Table metrics(const Evaluation& e) {
  Table table({{"metric"},
               {"value", Align::right},
               {"90 % interval", Align::right},
               {"limit", Align::right},
               {"verdict"}});
  for (const EvaluationLevel& level : e.levels) {
    if (level.level > 1) table.rule();
    for (const EvaluationMetric& m : level.metrics)
      table.add({m.what, value_of(m), interval_of(m), limit_of(m), verdict_of(m)});
  }
  return table;
}

/// Why figures are missing that no limit asks for, and what holds for the others.
std::vector<std::string> remarks(const Evaluation& e) {
  std::vector<std::string> lines;
  for (const EvaluationLevel& level : e.levels) {
    for (const EvaluationMetric& m : level.metrics) {
      if (e.fits() && !m.value && !m.status) lines.push_back(m.reason);
    }
  }
  lines.insert(lines.end(), e.notes.begin(), e.notes.end());
  return lines;
}

}  // namespace

std::string text(const Evaluation& e) {
  std::string result =
      fmt::format("{}: {}\n\n{}\n{}", title(e), to_string(e.status()), levels(e).text(), metrics(e).text());
  const auto lines = remarks(e);
  if (!lines.empty()) result += "\n";
  for (const std::string& line : lines) result += fmt::format("· {}\n", line);
  return result;
}

std::string markdown(const Evaluation& e) {
  std::string result = fmt::format("### {}: **{}**\n\n{}\n{}", title(e), to_string(e.status()),
                                   levels(e).markdown(), metrics(e).markdown());
  const auto lines = remarks(e);
  if (!lines.empty()) result += "\n";
  for (const std::string& line : lines) result += fmt::format("- {}\n", line);
  return result;
}

}  // namespace ridgeline::report
