#include "lab/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/number.h"

namespace ridgeline::lab {
namespace {

using nlohmann::json;

/// They print what they compute, and touch nothing.
constexpr std::array<std::string_view, 9> computing{"audit",   "cost",     "evaluate", "explain", "fleet",
                                                    "predict", "simulate", "tail",     "train"};

bool may_be(const LabControl& control, std::string_view text) {
  if (control.choice) {
    return std::any_of(control.options.begin(), control.options.end(),
                       [&](const LabOption& option) { return option.id == text; });
  }
  const auto value = parse_number(text);
  const double slack = 1e-9 * std::max(std::abs(control.least), std::abs(control.most));
  return value && *value >= control.least - slack && *value <= control.most + slack;
}

/// One command against one of the lab's.
class CommandMatch {
 public:
  /// `open`: placeholders that no control has may stand for any number, which the page fills in from another
  /// picture.
  CommandMatch(const LabPart& part, bool open) : part_(part), open_(open) {}

  bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& command) {
    return std::equal(pattern.begin(), pattern.end(), command.begin(), command.end(),
                      [this](const std::string& p, const std::string& w) { return word_matches(p, w); });
  }

 private:
  bool word_matches(std::string_view pattern, std::string_view word) {
    for (;;) {
      const std::size_t brace = std::min(pattern.find('{'), pattern.size());
      if (word.substr(0, brace) != pattern.substr(0, brace)) return false;
      word.remove_prefix(brace);
      pattern.remove_prefix(brace);
      if (pattern.empty()) return word.empty();
      const std::size_t close = pattern.find('}');
      if (close == std::string_view::npos) return pattern == word;
      const std::string_view name = pattern.substr(1, close - 1);
      pattern.remove_prefix(close + 1);
      const std::string_view next = pattern.substr(0, pattern.find('{'));
      const std::size_t size = next.empty() ? word.size() : word.find(next);
      if (size == std::string_view::npos || !value_matches(name, word.substr(0, size))) return false;
      word.remove_prefix(size);
    }
  }
  /// The same value wherever the placeholder stands.
  bool value_matches(std::string_view name, std::string_view value) {
    const auto control = std::find_if(part_.controls.begin(), part_.controls.end(),
                                      [&](const LabControl& c) { return c.id == name; });
    const bool may = control != part_.controls.end() ? may_be(*control, value)
                                                     : open_ && parse_number(value).value_or(-1) >= 0;
    return may && values_.emplace(name, value).first->second == value;
  }

  const LabPart& part_;
  const bool open_;
  std::map<std::string_view, std::string_view> values_;
};

std::vector<std::string> without_json(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  std::copy_if(command.begin(), command.end(), std::back_inserter(words),
               [](const std::string& word) { return word != "--json"; });
  return words;
}

void add_options(const std::vector<LabOption>& options, std::vector<std::vector<std::string>>& commands) {
  for (const LabOption& option : options)
    if (option.figure) commands.push_back(without_json(option.figure->command));
}

/// Those without placeholders.
std::vector<std::vector<std::string>> figure_commands(const LabPart& part) {
  std::vector<std::vector<std::string>> commands;
  for (const LabQuestion& question : part.questions) {
    if (question.figure) commands.push_back(without_json(question.figure->command));
    add_options(question.options, commands);
  }
  for (const LabDecision& decision : part.decisions) add_options(decision.options, commands);
  return commands;
}

std::optional<double> number_in(const json& document, const std::string& pointer) {
  try {
    const json::json_pointer at(pointer);
    if (!document.contains(at) || !document.at(at).is_number()) return std::nullopt;
    return document.at(at).get<double>();
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

/// Equal inputs give equal documents on every machine; what is allowed for is how numbers are written.
bool same_figure(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b)); }

}  // namespace

bool is_of_part(const LabPart& part, const std::vector<std::string>& command) {
  const std::vector<std::string> words = without_json(command);
  if (words.empty() || std::find(computing.begin(), computing.end(), words.front()) == computing.end())
    return false;
  const bool of_instrument =
      std::any_of(part.instruments.begin(), part.instruments.end(), [&](const LabInstrument& instrument) {
        return CommandMatch(part, instrument.kind == "math").matches(without_json(instrument.command), words);
      });
  if (of_instrument) return true;
  const auto figures = figure_commands(part);
  return std::find(figures.begin(), figures.end(), words) != figures.end();
}

std::optional<double> number_at(const std::string& document, const std::string& pointer) {
  return number_in(json::parse(document, nullptr, false), pointer);
}

EvidenceChecker::Finding EvidenceChecker::check(const LabPart* part, const LedgerEntry& entry) {
  Finding finding;
  if (!part || !is_of_part(*part, entry.command)) {
    finding.remark =
        entry.command.empty() ? "says no command" : "not computed: no command of this part of the lab";
    return finding;
  }
  if (entry.figures.empty()) {
    finding.remark = "names no figure";
    return finding;
  }
  std::vector<std::string> words = without_json(entry.command);
  words.emplace_back("--json");
  auto found = documents_.find(words);
  if (found == documents_.end() && documents_.size() >= most_commands_) {
    finding.remark =
        fmt::format("not computed: the ledger has more than {} different commands", most_commands_);
    return finding;
  }
  if (found == documents_.end()) found = documents_.emplace(words, ask_(words)).first;
  if (!found->second) {
    finding.remark = "not computed: " + found->second.error().message;
    return finding;
  }
  const json document = json::parse(*found->second, nullptr, false);
  finding.kind = Finding::Kind::equal;
  for (const auto& [pointer, value] : entry.figures) {
    const auto computed = number_in(document, pointer);
    finding.computed[pointer] = computed;
    if (!computed || !same_figure(value, *computed)) finding.kind = Finding::Kind::differs;
  }
  finding.remark = finding.kind == Finding::Kind::equal ? "as the engine computes it"
                                                        : "differs from what the engine computes";
  return finding;
}

}  // namespace ridgeline::lab
