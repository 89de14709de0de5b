#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "lab/template.h"
#include "ridgeline/lab.h"

namespace ridgeline {
namespace {

using Json = nlohmann::json;

std::string line_of(const std::vector<std::string>& words) {
  return fmt::format("ridgeline {}", fmt::join(words, " "));
}

/// Documents by their commands, each made once.
class Documents {
 public:
  explicit Documents(const LabAsk& ask) : ask_(ask) {}

  Result<const Json*> of(const std::vector<std::string>& command) {
    if (const auto known = made_.find(command); known != made_.end()) return &known->second;
    RIDGELINE_TRY(text, ask_(command));
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return bad_input(fmt::format("`{}` prints no JSON document", line_of(command)));
    return &made_.emplace(command, std::move(json)).first->second;
  }

 private:
  const LabAsk& ask_;
  std::map<std::vector<std::string>, Json> made_;
};

/// In the figure's unit; none where the document has null.
Result<std::optional<double>> value_of(const LabFigure& figure, Documents& documents) {
  RIDGELINE_TRY(document, documents.of(figure.command));
  const Json::json_pointer at(figure.at);
  if (!document->contains(at)) {
    return bad_input(fmt::format("{} leads nowhere in what `{}` prints", figure.at, line_of(figure.command)));
  }
  const Json& found = document->at(at);
  if (found.is_null()) return std::optional<double>();
  if (!found.is_number())
    return bad_input(fmt::format("{} of what `{}` prints is no number", figure.at, line_of(figure.command)));
  return std::optional<double>(found.get<double>() * figure.unit_per_si);
}

/// Three digits, and all of those before the point.
std::string figure_text(const std::optional<double>& value, const std::string& unit) {
  if (!value) return "unknown";
  const std::string number =
      std::fabs(*value) >= 1000 ? fmt::format("{:.0f}", *value) : fmt::format("{:.3g}", *value);
  return unit.empty() ? number : number + " " + unit;
}

/// How far an option is from what the rule looks for; the least wins.
Result<double> distance(const LabQuestion& q, const LabKey& key, const LabOption& option) {
  constexpr double not_it = std::numeric_limits<double>::infinity();
  if (q.rule == LabRule::within) {
    const bool holds =
        (!option.least || *key.value >= *option.least) && (!option.most || *key.value < *option.most);
    return holds ? 0 : not_it;
  }
  const std::optional<double>& value = key.values.at(option.id);
  if (!value) return not_it;
  if (q.rule == LabRule::greatest) return -*value;
  if (q.rule == LabRule::least) return *value;
  if (!(*value > 0 && *key.value > 0)) {
    return bad_input(fmt::format("the rule nearest compares ratios, and {} is {:g} beside {:g}", option.id,
                                 *value, *key.value));
  }
  return std::max(*value / *key.value, *key.value / *value);
}

/// The one option that the rule chooses.
Result<const LabOption*> chosen(const LabQuestion& q, const LabKey& key) {
  const LabOption *best = nullptr, *second = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (const LabOption& option : q.options) {
    RIDGELINE_TRY(far, distance(q, key, option));
    if (std::isinf(far) && far > 0) continue;
    if (best && far == least) second = &option;
    if (best && far >= least) continue;
    best = &option;
    second = nullptr;
    least = far;
  }
  if (!best) return bad_input("no option answers it");
  if (second) return bad_input(fmt::format("{} and {} answer it alike", best->id, second->id));
  return best;
}

Status find_figures(const LabQuestion& q, Documents& documents, LabKey& key) {
  const auto read = [&](const LabFigure& figure) {
    if (std::find(key.commands.begin(), key.commands.end(), figure.command) == key.commands.end())
      key.commands.push_back(figure.command);
    key.unit = figure.unit;
    return value_of(figure, documents);
  };
  if (q.figure) {
    RIDGELINE_TRY(value, read(*q.figure));
    if (!value) {
      return bad_input(
          fmt::format("{} of what `{}` prints is null", q.figure->at, line_of(q.figure->command)));
    }
    key.value = value;
  }
  for (const LabOption& option : q.options) {
    if (!option.figure) continue;
    RIDGELINE_TRY(value, read(*option.figure));
    key.values[option.id] = value;
  }
  return Status::success();
}

Result<LabKey> key_of(const LabPart& part, const LabQuestion& q, Documents& documents) {
  LabKey key;
  key.part = part.id;
  key.question = q.id;
  RIDGELINE_CHECK(find_figures(q, documents, key));
  std::string shown = figure_text(key.value, key.unit);
  if (q.kind == LabQuestionKind::number) {
    key.key = fmt::format("{:.6g}", *key.value);
  } else {
    RIDGELINE_TRY(option, chosen(q, key));
    key.key = option->id;
    shown = option->text;
    if (const auto own = key.values.find(option->id); !key.value && own != key.values.end())
      key.value = own->second;
  }
  const lab::ValueOf value_of = [&](const std::string& name, lab::Use) -> Result<std::string> {
    if (name == "key") return shown;
    if (name == "value") return figure_text(key.value, key.unit);
    const auto option = key.values.find(name);
    if (option == key.values.end()) return bad_input(fmt::format("why: {{{}}} has no figure", name));
    return figure_text(option->second, key.unit);
  };
  RIDGELINE_TRY(why, lab::fill(q.why, value_of, lab::Use::text));
  key.why = why;
  return key;
}

bool is_asked(std::string_view wanted, const std::string& id) { return wanted.empty() || wanted == id; }

}  // namespace

Result<std::vector<LabKey>> lab_keys(const Lab& lab, const LabAsk& ask, std::string_view part,
                                     std::string_view question) {
  Documents documents(ask);
  std::vector<LabKey> keys;
  bool part_found = part.empty(), question_found = question.empty();
  for (const LabPart& p : lab.parts) {
    if (!is_asked(part, p.id)) continue;
    part_found = true;
    for (const LabQuestion& q : p.questions) {
      if (!is_asked(question, q.id)) continue;
      question_found = true;
      auto key = key_of(p, q, documents);
      if (!key)
        return Error{key.error().kind, fmt::format("{}, {}.{}: {}", lab.id, p.id, q.id, key.error().message)};
      keys.push_back(*std::move(key));
    }
  }
  if (!part_found) return bad_input(fmt::format("{} has no part '{}'", lab.id, part));
  if (!question_found) return bad_input(fmt::format("{} has no question '{}'", lab.id, question));
  return keys;
}

}  // namespace ridgeline
