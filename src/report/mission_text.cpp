#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/format.h"
#include "report/markup.h"
#include "report/mission.h"
#include "report/mission_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

/// In lines of at most 100 columns, indented by two.
std::string wrapped(const std::string& words) {
  std::string result, line = " ";
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    const std::string word = words.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) continue;
    if (display_width(line) + 1 + display_width(word) > 100) {
      result += line + "\n";
      line = " ";
    }
    line += " " + word;
  }
  return result + line + "\n";
}

std::string with_unit(double number, const std::string& unit, int digits = 3) {
  const std::string figure =
      std::abs(number) >= 1000 ? fmt::format("{:.0f}", number) : fmt::format("{:.{}g}", number, digits);
  return unit.empty() ? figure : figure + " " + unit;
}

/// With as many digits as tell it from a limit that it breaks.
std::string value_of(const ThresholdReport& t) {
  if (!t.value) return absent;
  const MissionThreshold& limit = t.threshold;
  int digits = 3;
  const auto figure = [&] { return with_unit(*t.value * limit.unit_per_si, limit.unit, digits); };
  while (!t.holds && digits < 9 && figure() == with_unit(limit.limit * limit.unit_per_si, limit.unit))
    ++digits;
  return figure();
}

std::string limit_of(const MissionThreshold& t) {
  return fmt::format("{} {}", t.kind == MissionLimit::at_most ? "at most" : "at least",
                     with_unit(t.limit * t.unit_per_si, t.unit));
}

std::string mission_metric_text(const MissionMetric& metric) {
  if (!metric.value) return absent;
  if (metric.unit == "s" || metric.unit == "W") return si(*metric.value, metric.unit);
  return with_unit(*metric.value, metric.unit);
}

/// "63.4 %", and no share but 1 is "100 %".
std::string late_percent(double share) {
  const std::string digits = fmt::format("{:.3g}", 100 * share);
  return share < 1 && digits == "100" ? "above 99.9 %" : digits + " %";
}

std::string late_percent(const Estimate& e) {
  return fmt::format("{} ({} to {})", late_percent(e.value), late_percent(e.low.value_or(e.value)),
                     late_percent(e.high.value_or(e.value)));
}

std::string late_line(const LateQueries& l) {
  return fmt::format("{} of {} take longer than {}: {}; at least one of a fleet of {}: {}", l.late, l.queries,
                     ridgeline::show(l.after), late_percent(l.share), l.fleet, late_percent(l.some_late));
}

std::string phase_lines(const PhaseReport& phase) {
  std::string lines = fmt::format("{}: {}\n  {}, {} on {}, {} queries\n", phase.id, phase.story,
                                  to_string(phase.run.scenario.kind), phase.run.workload, phase.run.system,
                                  phase.summary.queries);
  for (const MissionMetric& metric : phase.metrics)
    lines += fmt::format("  {:<16}{}\n", metric.name, mission_metric_text(metric));
  if (phase.late) lines += fmt::format("  {:<16}{}\n", "late", late_line(*phase.late));
  for (const std::string& note : phase.run.notes) lines += fmt::format("  {:<16}{}\n", "note", note);
  return lines + "\n";
}

std::string phase_markdown(const PhaseReport& phase) {
  std::string result =
      fmt::format("\n{}: {}\n\n{}, {} on {}, {} queries\n\n{}", escaped(phase.id), escaped(phase.story),
                  to_string(phase.run.scenario.kind), escaped(phase.run.workload), escaped(phase.run.system),
                  phase.summary.queries, mission_phase_table(phase).markdown());
  for (const std::string& note : phase.run.notes) result += "\n" + escaped(note) + "\n";
  return result;
}

std::string sweep_line(const MissionSweep& sweep) {
  const auto number = [&sweep](double value) {
    return fmt::format("{:g}{}{}", value, sweep.unit.empty() ? "" : " ", sweep.unit);
  };
  return fmt::format("{}: every threshold holds at {}; at {} these break ({} runs)\n\n", sweep.parameter,
                     number(sweep.holds), number(sweep.breaks), sweep.runs);
}

}  // namespace

Table threshold_table(const std::vector<ThresholdReport>& thresholds) {
  Table table({{"phase", Align::left},
               {"metric", Align::left},
               {"computed", Align::right},
               {"limit", Align::left},
               {"", Align::left},
               {"because", Align::left}});
  for (const ThresholdReport& t : thresholds) {
    table.add({t.threshold.phase, t.threshold.metric, value_of(t), limit_of(t.threshold),
               t.holds ? "holds" : "BREAKS", t.threshold.why});
  }
  return table;
}

Table mission_phase_table(const PhaseReport& phase) {
  Table figures({{phase.id}, {"value", Align::right}});
  for (const MissionMetric& metric : phase.metrics) figures.add({metric.name, mission_metric_text(metric)});
  if (phase.late) figures.add({"late", late_line(*phase.late)});
  return figures;
}

std::string mission_settings(const Mission& m) {
  std::string line = fmt::format("{} on {} in {}", m.model, m.hardware, m.precision);
  if (!m.heat.empty()) line += ", heat of " + m.heat;
  if (!m.training.empty()) line += ", training " + m.training;
  return line;
}

const char* mission_verdict(const MissionReport& report) {
  if (report.thresholds.empty()) return "No threshold is of what was played";
  return report.holds() ? "Every threshold holds" : "A threshold breaks";
}

std::string change_flag(const MissionChange& change) {
  return fmt::format("--set {}={}", change.name, change.value);
}

std::string text(const MissionReport& report) {
  const Mission& m = report.mission;
  std::string result = fmt::format("{}: {}\n{}{}\n", m.name, m.persona, wrapped(m.story), wrapped(m.crisis));
  result += mission_settings(m) + "\n\n";
  for (const PhaseReport& phase : report.phases) result += phase_lines(phase);
  result += threshold_table(report.thresholds).text();
  if (report.holds()) return result + fmt::format("\n{}.\n", mission_verdict(report));
  result +=
      fmt::format("\n{}. The fix of the story (--fix):\n{}", mission_verdict(report), wrapped(m.fix_story));
  for (const MissionChange& change : m.fix)
    result += fmt::format("  {}: {}\n", change_flag(change), change.why);
  return result;
}

std::string markdown(const MissionReport& report) {
  const Mission& m = report.mission;
  std::string result =
      fmt::format("### {}: {}\n\n{}\n\n{}\n\n{}\n\n", escaped(m.name), to_lower(mission_verdict(report)),
                  escaped(m.story), escaped(m.crisis), escaped(mission_settings(m)));
  result += threshold_table(report.thresholds).markdown();
  std::string phases;
  for (const PhaseReport& phase : report.phases) phases += phase_markdown(phase);
  result += folded("phases", phases.substr(1));
  if (report.holds()) return result;
  result += fmt::format("\nThe fix of the story: {}\n\n", escaped(m.fix_story));
  for (const MissionChange& change : m.fix)
    result += fmt::format("- {}: {}\n", code(change_flag(change)), escaped(change.why));
  return result;
}

std::string text(const MissionSweep& sweep) {
  return sweep_line(sweep) + threshold_table(sweep.broken).text();
}

std::string markdown(const MissionSweep& sweep) {
  return "### " + sweep_line(sweep) + threshold_table(sweep.broken).markdown();
}

std::string list_text(const std::vector<Mission>& missions) {
  Table table(
      {{"mission", Align::left}, {"who", Align::left}, {"model", Align::left}, {"hardware", Align::left}});
  for (const Mission& m : missions) table.add({m.id, m.persona, m.model, m.hardware});
  return table.text();
}

}  // namespace ridgeline::report
