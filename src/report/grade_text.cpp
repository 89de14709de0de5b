#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/grade.h"
#include "report/markup.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

/// Markdown that shows the text and nothing else.
std::string plain_markdown(const std::string& text) { return escaped(visible(text)); }

/// The same in a block quote, line by line: nothing in it begins a heading, a list, a table or a rule.
std::string quoted(const std::string& text) {
  std::string result;
  const std::string whole = visible(text);
  for (std::size_t begin = 0; begin <= whole.size();) {
    const std::size_t end = std::min(whole.find('\n', begin), whole.size());
    std::string line = whole.substr(begin, end - begin);
    begin = end + 1;
    line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
    const bool may_begin_a_block =
        !line.empty() && (std::string_view("#-+=|:").find(line.front()) != std::string_view::npos);
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    const bool numbers_a_list = digits > 0 && digits < line.size() &&
                                (line[digits] == '.' || line[digits] == ')') &&
                                (digits + 1 == line.size() || line[digits + 1] == ' ');
    if (numbers_a_list) {
      line = line.substr(0, digits) + "\\" + line[digits] + escaped(line.substr(digits + 1));
    } else {
      line = (may_begin_a_block ? "\\" : "") + escaped(line);
    }
    result += line.empty() ? ">\n" : "> " + line + "\n";
  }
  return result;
}

std::string points_of(const LabGradeLine& line) {
  if (line.points) return fmt::format("{:g} of {:g}", *line.points, line.most);
  return line.most > 0 ? fmt::format("… of {:g}", line.most) : "";
}

std::string with_unit_of(const LabGradeLine& line, const std::string& figure) {
  const bool has_it = figure.empty() || line.unit.empty() || figure.ends_with(line.unit);
  return has_it ? figure : figure + " " + line.unit;
}

std::string learner_of(const LabGrade& grade) {
  return grade.learner.empty() ? "(no name)" : in_a_line(grade.learner, 60);
}

std::string lab_and_track(const LabGrade& grade) {
  return fmt::format("{}, {}", grade.lab_name.empty() ? grade.lab : grade.lab_name,
                     grade.track_name.empty() ? grade.track : grade.track_name);
}

std::string sum_of(const LabGrade& grade) {
  std::string sum = fmt::format("{:g} of {:g} points", grade.points, grade.judged);
  if (grade.open > 0) sum += fmt::format("; {:g} more are the teacher's to give", grade.open);
  return sum;
}

std::vector<LabGradeLine> lines_of(const LabGrade& grade, const std::string& part) {
  std::vector<LabGradeLine> lines;
  std::copy_if(grade.lines.begin(), grade.lines.end(), std::back_inserter(lines),
               [&](const LabGradeLine& line) { return line.part == part; });
  return lines;
}

std::string sheet_text(const GradedLedger& ledger) {
  constexpr std::size_t narrow = 28, wide = 60;
  const LabGrade& grade = ledger.grade;
  std::string result = fmt::format("{}: {}\n  {}\n", learner_of(grade), lab_and_track(grade), sum_of(grade));
  for (const std::string& remark : grade.remarks) result += "  " + visible(remark) + "\n";
  for (const auto& [id, name] : grade.parts) {
    result += "\n" + name + "\n\n";
    Table table({{"item"}, {"answered"}, {"key"}, {"points", Align::right}, {"remark"}});
    for (const LabGradeLine& line : lines_of(grade, id)) {
      table.add({fmt::format("{} {}", line.kind, line.id), in_a_line(with_unit_of(line, line.answer), narrow),
                 in_a_line(with_unit_of(line, line.key), narrow), points_of(line),
                 in_a_line(line.remark, wide)});
    }
    result += table.text();
  }
  return result;
}

std::string item_markdown(const LabGradeLine& line) {
  std::string result = fmt::format("\n**{} {}**, {}\n", line.kind, plain_markdown(line.id),
                                   line.most > 0 ? points_of(line) + " points" : "no points of its own");
  result += line.kind == "evidence" ? "\n" + code(visible(line.asked)) + "\n" : "\n" + line.asked + "\n";
  result += line.answer.empty() ? "" : "\n" + quoted(with_unit_of(line, line.answer));
  if (!line.key.empty()) result += fmt::format("\nKey: {}\n", plain_markdown(with_unit_of(line, line.key)));
  if (!line.remark.empty()) result += fmt::format("\nRemark: {}\n", plain_markdown(line.remark));
  if (line.points || line.most == 0) return result;
  if (!line.look_for.empty()) result += "\n";
  for (const std::string& look : line.look_for) result += "- [ ] " + look + "\n";
  return result + fmt::format("\nPoints: \\_\\_\\_\\_ of {:g}. The teacher: \\_\\_\\_\\_\n", line.most);
}

std::string sheet_markdown(const GradedLedger& ledger) {
  const LabGrade& grade = ledger.grade;
  std::string result = fmt::format("## {}: {}\n\n{}.\n", plain_markdown(learner_of(grade)),
                                   lab_and_track(grade), sum_of(grade));
  for (const std::string& remark : grade.remarks) result += fmt::format("\n- {}", plain_markdown(remark));
  if (!grade.remarks.empty()) result += "\n";
  for (const auto& [id, name] : grade.parts) {
    result += fmt::format("\n### {}\n", name);
    for (const LabGradeLine& line : lines_of(grade, id)) result += item_markdown(line);
  }
  return result;
}

enum class ForPeople { terminal, markdown };

Table class_table(const std::vector<GradedLedger>& ledgers, ForPeople form) {
  Table table({{"learner"}, {"track"}, {"points", Align::right}, {"open", Align::right}, {"remarks"}});
  for (const GradedLedger& ledger : ledgers) {
    const LabGrade& grade = ledger.grade;
    const std::string learner = learner_of(grade);
    table.add({form == ForPeople::markdown ? plain_markdown(learner) : learner, grade.track,
               fmt::format("{:g} of {:g}", grade.points, grade.judged), fmt::format("{:g}", grade.open),
               grade.remarks.empty() ? "" : fmt::format("{}, see the sheet", grade.remarks.size())});
  }
  return table;
}

Table question_table(const std::vector<GradedLedger>& ledgers) {
  Table table({{"question"}, {"asked", Align::right}, {"answered", Align::right}, {"right", Align::right}});
  for (const GradedQuestion& q : questions_of(ledgers)) {
    table.add({fmt::format("{}/{}/{}", q.lab, q.part, q.id), fmt::format("{}", q.asked),
               fmt::format("{}", q.answered), fmt::format("{}", q.right)});
  }
  return table;
}

}  // namespace

std::string text(const std::vector<GradedLedger>& ledgers) {
  std::string result;
  for (const GradedLedger& ledger : ledgers) result += (result.empty() ? "" : "\n") + sheet_text(ledger);
  if (ledgers.size() < 2) return result;
  return result + "\nThe class\n\n" + class_table(ledgers, ForPeople::terminal).text() + "\n" +
         question_table(ledgers).text();
}

std::string markdown(const std::vector<GradedLedger>& ledgers) {
  std::string result;
  if (ledgers.size() > 1) {
    result = "## The class\n\n" + class_table(ledgers, ForPeople::markdown).markdown() + "\n" +
             question_table(ledgers).markdown();
  }
  for (const GradedLedger& ledger : ledgers) result += (result.empty() ? "" : "\n") + sheet_markdown(ledger);
  return result;
}

}  // namespace ridgeline::report
