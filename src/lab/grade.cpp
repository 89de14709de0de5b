#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/number.h"
#include "base/version.h"
#include "lab/evidence.h"
#include "ridgeline/lab.h"

namespace ridgeline {
namespace {

using lab::EvidenceChecker;
using Kind = EvidenceChecker::Finding::Kind;

std::string six_digits(double value) { return fmt::format("{:.6g}", value); }

std::string trimmed(std::string text) {
  const auto is_blank = [](unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_blank));
  return text;
}

/// "12.5", or with its unit "12.5 ms".
std::optional<double> answered_number(std::string answer, const std::string& unit) {
  answer = trimmed(std::move(answer));
  if (!unit.empty() && answer.ends_with(unit))
    answer = trimmed(answer.substr(0, answer.size() - unit.size()));
  return parse_number(answer);
}

std::size_t word_count(const std::string& text) {
  std::size_t words = 0;
  bool inside = false;
  for (const unsigned char c : text) {
    const bool blank = c <= ' ';
    words += inside || blank ? 0 : 1;
    inside = !blank;
  }
  return words;
}

void add_remark(LabGradeLine& line, const std::string& remark) {
  if (!line.remark.empty()) line.remark += "; ";
  line.remark += remark;
}

class Grader {
 public:
  Grader(const Lab& lab, const Ledger& ledger, const LabAsk& ask)
      : lab_(lab), ledger_(ledger), ask_(ask), evidence_(ask) {}

  Result<LabGrade> grade() {
    RIDGELINE_TRY(keys, lab_keys(lab_, ask_));
    grade_.lab = ledger_.lab;
    grade_.track = ledger_.track;
    grade_.learner = ledger_.learner;
    grade_.lab_name = lab_.name;
    grade_.track_name = lab_.track_name;
    grade_.version = ledger_.version;
    for (const LabPart& part : lab_.parts) {
      grade_.parts.emplace_back(part.id, part.name);
      for (const LabQuestion& question : part.questions) judge(part, question, keys);
      for (const LedgerEntry& entry : ledger_.entries)
        if (entry.kind == "evidence" && entry.part == part.id) judge_evidence(&part, entry);
      for (const LabReflection& reflection : part.reflections) judge(part, reflection);
    }
    // A decision may rest on evidence of any part.
    for (const LabPart& part : lab_.parts)
      for (const LabDecision& decision : part.decisions) judge(part, decision);
    std::stable_sort(grade_.lines.begin(), grade_.lines.end(),
                     [this](const auto& a, const auto& b) { return position(a.part) < position(b.part); });
    remark_on_the_whole();
    sum_up();
    return std::move(grade_);
  }

 private:
  std::size_t position(const std::string& part) const {
    std::size_t i = 0;
    while (i < lab_.parts.size() && lab_.parts[i].id != part) ++i;
    return i;
  }

  std::vector<const LedgerEntry*> entries(const LabPart& part, const std::string& id, const char* kind) {
    std::vector<const LedgerEntry*> found;
    for (const LedgerEntry& entry : ledger_.entries)
      if (entry.part == part.id && entry.id == id && entry.kind == kind) found.push_back(&entry);
    for (const LedgerEntry* entry : found) known_.insert(entry);
    return found;
  }

  static LabGradeLine line_of(const LabPart& part, const std::string& id, const char* kind,
                              const std::string& asked, double most) {
    LabGradeLine line;
    line.part = part.id;
    line.id = id;
    line.kind = kind;
    line.asked = asked;
    line.most = most;
    return line;
  }

  void judge(const LabPart& part, const LabQuestion& question, const std::vector<LabKey>& keys) {
    LabGradeLine line = line_of(part, question.id, "prediction", question.text, question.points);
    line.unit = question.unit;
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const LabKey& k) {
      return k.part == part.id && k.question == question.id;
    });
    if (key != keys.end()) line.key = key->key;
    const auto answers = entries(part, question.id, "prediction");
    line.points = 0;
    if (answers.empty()) {
      line.remark = "not answered";
    } else {
      const LedgerEntry& first = *answers.front();
      line.answer = first.answer;
      if (trimmed(first.answer).empty()) {
        line.remark = "no prediction" + (first.text.empty() ? "" : ": " + first.text);
      } else {
        line.points = key == keys.end() ? std::nullopt : points_for(question, *key, first.answer, line);
      }
      if (std::any_of(answers.begin(), answers.end(),
                      [&](const auto* a) { return a->answer != first.answer; }))
        add_remark(line, "changed later; the first counts");
      if (used_before(part, first)) add_remark(line, "written after the part's instruments were used");
    }
    grade_.lines.push_back(std::move(line));
  }

  static std::optional<double> points_for(const LabQuestion& question, const LabKey& key,
                                          const std::string& answer, LabGradeLine& line) {
    if (question.kind == LabQuestionKind::choice) {
      const bool right = trimmed(answer) == key.key;
      add_remark(line, right ? "right" : "wrong");
      return right ? question.points : 0;
    }
    const auto value = answered_number(answer, question.unit);
    if (!value) {
      add_remark(line, "no number");
      return 0;
    }
    if (!key.value) {
      add_remark(line, "there is no figure to compare with");
      return std::nullopt;
    }
    const double off = std::abs(*value - *key.value), size = std::abs(*key.value);
    const std::string by =
        size > 0 ? fmt::format("off by {:.3g} %", 100 * off / size) : fmt::format("off by {:.3g}", off);
    add_remark(line, off == 0 ? "right" : by);
    if (off <= question.tolerance * size) return question.points;
    return off <= 2 * question.tolerance * size ? question.points / 2 : 0;
  }

  bool used_before(const LabPart& part, const LedgerEntry& prediction) const {
    for (const LedgerEntry& entry : ledger_.entries) {
      if (&entry == &prediction) return false;
      if (entry.kind == "evidence" && entry.part == part.id) return true;
    }
    return false;
  }

  void judge_evidence(const LabPart* part, const LedgerEntry& entry) {
    known_.insert(&entry);
    const auto finding = evidence_.check(part, entry);
    LabGradeLine line;
    line.part = entry.part;
    line.id = entry.id;
    line.kind = "evidence";
    line.asked = fmt::format("{}", fmt::join(entry.command, " "));
    std::vector<std::string> stated, computed;
    for (const auto& [pointer, value] : entry.figures) {
      stated.push_back(fmt::format("{} = {}", pointer, six_digits(value)));
      const auto found = finding.computed.find(pointer);
      if (found == finding.computed.end()) continue;
      computed.push_back(
          fmt::format("{} = {}", pointer, found->second ? six_digits(*found->second) : "not there"));
    }
    line.answer = fmt::format("{}", fmt::join(stated, ", "));
    line.key = fmt::format("{}", fmt::join(computed, ", "));
    line.remark = finding.remark;
    if (!trimmed(entry.text).empty()) add_remark(line, "note: " + trimmed(entry.text));
    auto [known, is_new] = found_.emplace(entry.id, finding.kind);
    if (!is_new && finding.kind != Kind::equal) known->second = finding.kind;
    grade_.lines.push_back(std::move(line));
  }

  void judge(const LabPart& part, const LabReflection& reflection) {
    LabGradeLine line = line_of(part, reflection.id, "reflection", reflection.text, reflection.points);
    line.look_for = reflection.look_for;
    const auto written = entries(part, reflection.id, "reflection");
    if (!written.empty()) line.answer = text_of(*written.back());
    remark_on_writing(line, written.size());
    grade_.lines.push_back(std::move(line));
  }

  void judge(const LabPart& part, const LabDecision& decision) {
    LabGradeLine line = line_of(part, decision.id, "decision", decision.text, decision.points);
    line.look_for = decision.look_for;
    line.key = figures_of(decision);
    const auto written = entries(part, decision.id, "decision");
    if (!written.empty()) {
      const LedgerEntry& last = *written.back();
      line.answer = last.answer;
      if (!trimmed(last.text).empty()) line.answer += (last.answer.empty() ? "" : ": ") + last.text;
      const bool known = std::any_of(decision.options.begin(), decision.options.end(),
                                     [&](const LabOption& o) { return o.id == trimmed(last.answer); });
      if (!known && !decision.options.empty()) add_remark(line, "none of the options was chosen");
      if (trimmed(last.text).empty()) add_remark(line, "no justification");
      remark_on_evidence(line, decision, last);
    }
    remark_on_writing(line, written.size());
    grade_.lines.push_back(std::move(line));
  }

  static std::string text_of(const LedgerEntry& entry) {
    return trimmed(entry.text).empty() ? entry.answer : entry.text;
  }

  /// What is not there needs no teacher.
  static void remark_on_writing(LabGradeLine& line, std::size_t times) {
    if (trimmed(line.answer).empty()) {
      line.points = 0;
      line.remark = "not written";
      return;
    }
    const std::size_t words = word_count(line.answer);
    add_remark(line, fmt::format("{} word{}", words, words == 1 ? "" : "s"));
    if (times > 1) add_remark(line, fmt::format("the last of {}", times));
  }

  void remark_on_evidence(LabGradeLine& line, const LabDecision& decision, const LedgerEntry& entry) {
    const std::set<std::string> named(entry.evidence.begin(), entry.evidence.end());
    unsigned holds = 0;
    for (const std::string& id : named) {
      const auto found = found_.find(id);
      if (found == found_.end()) {
        add_remark(line, fmt::format("evidence {} is not in the ledger", id));
      } else if (found->second == Kind::differs) {
        add_remark(line, fmt::format("evidence {} differs from what the engine computes", id));
      } else if (found->second == Kind::not_computed) {
        add_remark(line, fmt::format("evidence {} could not be computed", id));
      } else {
        ++holds;
      }
    }
    add_remark(line, fmt::format("rests on {} of {} pieces of evidence", holds, decision.evidence));
  }

  /// What the options come to: none is the right one.
  std::string figures_of(const LabDecision& decision) {
    std::string text;
    for (const LabOption& option : decision.options) {
      if (!option.figure) continue;
      const auto document = ask_(option.figure->command);
      const auto value = document ? lab::number_at(*document, option.figure->at) : std::nullopt;
      if (!text.empty()) text += ", ";
      text += option.id + ": ";
      text += value ? six_digits(*value * option.figure->unit_per_si) : "not known";
      if (value && !option.figure->unit.empty()) text += " " + option.figure->unit;
    }
    return text;
  }

  void remark_on_the_whole() {
    if (ledger_.version != version) {
      grade_.remarks.push_back(fmt::format("written with version {}, graded with {}: figures may differ",
                                           ledger_.version.empty() ? "unknown" : ledger_.version, version));
    }
    // Times with offsets do not sort as text; the browser writes UTC.
    const auto back = std::adjacent_find(
        ledger_.entries.begin(), ledger_.entries.end(), [](const LedgerEntry& a, const LedgerEntry& b) {
          return a.at.ends_with('Z') && b.at.ends_with('Z') && b.at.substr(0, 16) < a.at.substr(0, 16);
        });
    if (back != ledger_.entries.end()) {
      grade_.remarks.push_back(
          fmt::format("times go back after {}: a clock was set, or the ledger was edited", back->at));
    }
    std::set<std::string> strange;
    for (const LedgerEntry& entry : ledger_.entries)
      if (!known_.contains(&entry)) strange.insert(fmt::format("{} {}/{}", entry.kind, entry.part, entry.id));
    constexpr std::size_t most_named = 10;
    if (!strange.empty()) {
      std::vector<std::string> named(strange.begin(), strange.end());
      const std::size_t all = named.size();
      named.resize(std::min(all, most_named));
      grade_.remarks.push_back(
          fmt::format("not of this lab: {}{}", fmt::join(named, ", "),
                      all > most_named ? fmt::format(" and {} more", all - most_named) : ""));
    }
  }

  void sum_up() {
    for (const LabGradeLine& line : grade_.lines) {
      grade_.points += line.points.value_or(0);
      (line.points ? grade_.judged : grade_.open) += line.most;
    }
  }

  const Lab& lab_;
  const Ledger& ledger_;
  const LabAsk& ask_;
  EvidenceChecker evidence_;
  std::map<std::string, Kind> found_;   ///< of evidence, by id: the worst where there are several
  std::set<const LedgerEntry*> known_;  ///< that the lab asked for
  LabGrade grade_;
};

}  // namespace

Result<LabGrade> grade(const Lab& lab, const Ledger& ledger, const LabAsk& ask) {
  if (ledger.lab != lab.id || ledger.track != lab.mission.id) {
    return bad_input(fmt::format("a ledger of lab '{}', track '{}'; this is lab '{}', track '{}'", ledger.lab,
                                 ledger.track, lab.id, lab.mission.id));
  }
  return Grader(lab, ledger, ask).grade();
}

}  // namespace ridgeline
