#include <algorithm>

#include "report/grade.h"
#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

Json line_json(const LabGradeLine& line) {
  return {{"part", line.part},         {"id", line.id},
          {"kind", line.kind},         {"asked", line.asked},
          {"answer", line.answer},     {"key", line.key},
          {"unit", line.unit},         {"remark", line.remark},
          {"look_for", line.look_for}, {"points", number(line.points)},
          {"most", line.most}};
}

Json ledger_json(const GradedLedger& ledger) {
  const LabGrade& grade = ledger.grade;
  Json lines = Json::array(), parts = Json::array();
  for (const LabGradeLine& line : grade.lines) lines.push_back(line_json(line));
  for (const auto& [id, name] : grade.parts) parts.push_back({{"id", id}, {"name", name}});
  return {{"file", ledger.file},
          {"lab", grade.lab},
          {"lab_name", grade.lab_name},
          {"track", grade.track},
          {"track_name", grade.track_name},
          {"learner", grade.learner},
          {"version", grade.version},
          {"points", grade.points},
          {"judged", grade.judged},
          {"open", grade.open},
          {"remarks", grade.remarks},
          {"parts", parts},
          {"lines", lines}};
}

}  // namespace

std::vector<GradedQuestion> questions_of(const std::vector<GradedLedger>& ledgers) {
  std::vector<GradedQuestion> questions;
  for (const GradedLedger& ledger : ledgers) {
    for (const LabGradeLine& line : ledger.grade.lines) {
      if (line.kind != "prediction") continue;
      auto found = std::find_if(questions.begin(), questions.end(), [&](const GradedQuestion& q) {
        return q.lab == ledger.grade.lab && q.part == line.part && q.id == line.id;
      });
      if (found == questions.end())
        found = questions.insert(found, GradedQuestion{ledger.grade.lab, line.part, line.id});
      ++found->asked;
      found->answered += line.answer.empty() ? 0 : 1;
      found->right += line.points && *line.points == line.most ? 1 : 0;
    }
  }
  return questions;
}

std::string json(const std::vector<GradedLedger>& ledgers) {
  Json graded = Json::array(), questions = Json::array();
  for (const GradedLedger& ledger : ledgers) graded.push_back(ledger_json(ledger));
  for (const GradedQuestion& q : questions_of(ledgers)) {
    questions.push_back({{"lab", q.lab},
                         {"part", q.part},
                         {"id", q.id},
                         {"asked", q.asked},
                         {"answered", q.answered},
                         {"right", q.right}});
  }
  return document("ridgeline.lab-grade/1", {{"ledgers", graded}, {"questions", questions}});
}

}  // namespace ridgeline::report
