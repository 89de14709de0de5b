#include <fmt/format.h>

#include "report/format.h"
#include "report/lab.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

/// Markdown is for people as it stands.
std::string block(const std::string& text) { return text.empty() ? "" : text + "\n\n"; }

std::string points_of(double points) { return fmt::format("{:g} point{}", points, points == 1 ? "" : "s"); }

std::string option_lines(const std::vector<LabOption>& options) {
  std::string lines;
  for (const LabOption& option : options) lines += fmt::format("  {}: {}\n", option.id, option.text);
  return lines;
}

std::string question_lines(const LabQuestion& q) {
  std::string answer = "";
  if (q.kind == LabQuestionKind::number)
    answer = fmt::format("  a number{}{}, right within {}\n", q.unit.empty() ? "" : " in ", q.unit,
                         percent(q.tolerance));
  return fmt::format("predict {} ({}): {}\n{}{}\n", q.id, points_of(q.points), q.text, answer,
                     option_lines(q.options));
}

std::string control_line(const LabControl& c) {
  if (!c.choice) {
    return fmt::format("move    {}: {}, {:g} to {:g}{}{}, at first {}\n", c.id, c.name, c.least, c.most,
                       c.unit.empty() ? "" : " ", c.unit, c.value);
  }
  std::string ids;
  for (const LabOption& option : c.options) ids += (ids.empty() ? "" : ", ") + option.id;
  return fmt::format("move    {}: {}, one of {}, at first {}\n", c.id, c.name, ids, c.value);
}

std::string instrument_lines(const LabInstrument& i) {
  return fmt::format("see     {}: {}\n  ridgeline {}\n", i.id, i.title, fmt::join(i.command, " "));
}

std::string goal_lines(const LabGoal& g) {
  std::string line = fmt::format("{}   {}\n  {} {} {}", g.violate ? "break" : "reach", g.text, g.at,
                                 g.at_most ? "at most" : "at least", plain(g.limit * g.unit_per_si));
  if (!g.unit.empty()) line += " " + g.unit;
  if (g.violate) line += ", to be broken and then to hold again";
  if (g.iterations > 0) line += fmt::format("; {} iterations", g.iterations);
  line += "\n";
  for (const std::string& aid : g.first_aid) line += fmt::format("  try: {}\n", aid);
  return line;
}

std::string part_text(const LabPart& p) {
  std::string result = fmt::format("{}: {}, {:g} minutes\n\n{}", p.id, p.name, p.minutes, block(p.text));
  for (const LabQuestion& q : p.questions) result += question_lines(q);
  for (const LabControl& c : p.controls) result += control_line(c);
  for (const LabInstrument& i : p.instruments) result += instrument_lines(i);
  for (const LabGoal& g : p.goals) result += goal_lines(g);
  for (const LabReflection& r : p.reflections)
    result += fmt::format("\nreflect {} ({}): {}\n", r.id, points_of(r.points), r.text);
  for (const LabDecision& d : p.decisions) {
    result += fmt::format("\ndecide  {} ({}, on {} pieces of evidence): {}\n{}", d.id, points_of(d.points),
                          d.evidence, d.text, option_lines(d.options));
  }
  return result;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::string key_figure(const std::optional<double>& value, const std::string& unit) {
  if (!value) return absent;
  return unit.empty() ? plain(*value) : plain(*value) + " " + unit;
}

std::string key_lines(const LabKey& key) {
  std::string lines = fmt::format("{} {}\n", key.part, key.question);
  for (const auto& [option, value] : key.values)
    lines += fmt::format("  {}: {}\n", option, key_figure(value, key.unit));
  if (!key.why.empty()) lines += fmt::format("  {}\n", key.why);
  for (const auto& command : key.commands) lines += fmt::format("  $ ridgeline {}\n", joined(command, " "));
  return lines;
}

}  // namespace

std::string list_text(const std::vector<LabEntry>& labs) {
  if (labs.empty()) return "No labs.\n";
  Table table({{"lab", Align::left},
               {"name", Align::left},
               {"minutes", Align::right},
               {"tracks", Align::left},
               {"what it is about", Align::left}});
  for (const LabEntry& lab : labs)
    table.add({lab.id, lab.name, fmt::format("{:g}", lab.minutes), joined(lab.tracks, ", "), lab.summary});
  return table.text();
}

std::string text(const Lab& lab) {
  const Mission& m = lab.mission;
  std::string result =
      fmt::format("{}: {}, {:g} minutes\n\n{}", lab.name, lab.track_name, lab.minutes, block(lab.text));
  result += fmt::format("{}: {}\n{}\n{}\n\n{}", m.id, m.persona, m.story, m.crisis, block(lab.track_text));
  for (const LabPart& part : lab.parts) result += part_text(part) + "\n";
  result.pop_back();
  return result;
}

std::string text(const Lab& lab, const std::vector<LabKey>& keys) {
  Table table(
      {{"part", Align::left}, {"question", Align::left}, {"key", Align::left}, {"figure", Align::right}});
  for (const LabKey& key : keys)
    table.add({key.part, key.question, key.key, key_figure(key.value, key.unit)});
  std::string result = fmt::format("{}: {}\n\n{}", lab.name, lab.track_name, table.text());
  for (const LabKey& key : keys) result += "\n" + key_lines(key);
  return result;
}

}  // namespace ridgeline::report
