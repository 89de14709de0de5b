#include "explore/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace ridgeline::studies {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Parser {
 public:
  Parser(std::string_view text, const std::vector<StudyAxis>& axes) : text_(text), axes_(axes) {}

  Result<StudyCondition> parse() {
    StudyCondition condition;
    condition.text = text_;
    RIDGELINE_TRY(left, product());
    RIDGELINE_TRY(relation_found, relation());
    RIDGELINE_TRY(right, product());
    skip_blanks();
    if (at_ < text_.size())
      return wrong("more than a condition", "one relation a condition; give another line");
    condition.left = left;
    condition.relation = relation_found;
    condition.right = right;
    return condition;
  }

 private:
  Error wrong(std::string_view what, std::string_view right) const {
    const std::size_t column = at_ + 1;
    return bad_input(
        fmt::format("{} at column {}; {}\n  {}\n  {:>{}}", what, column, right, text_, '^', column));
  }
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  Result<AxisProduct> product() {
    AxisProduct p;
    for (;;) {
      RIDGELINE_CHECK(factor(p));
      skip_blanks();
      if (at_ == text_.size() || text_[at_] != '*') return p;
      ++at_;
    }
  }

  Status factor(AxisProduct& p) {
    skip_blanks();
    if (at_ < text_.size() && is_digit(text_[at_])) {
      const std::string rest(text_.substr(at_));
      char* end = nullptr;
      p.factor *= std::strtod(rest.c_str(), &end);
      if (!std::isfinite(p.factor)) return wrong("a number out of range", "give a smaller one");
      at_ += static_cast<std::size_t>(end - rest.c_str());
      return Status::success();
    }
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_letter(text_[end]) || (end > at_ && (is_digit(text_[end]) || text_[end] == '.'))))
      ++end;
    const std::string name(text_.substr(at_, end - at_));
    if (name.empty())
      return wrong("no axis or number", "give a relation of products, as in tp * replicas <= 8");
    const bool apart = std::any_of(axes_.begin(), axes_.end(),
                                   [](const StudyAxis& a) { return a.kind == AxisKind::prefill_replicas; });
    if (name == "devices" && apart) {
      ++p.devices;
    } else if (name == "devices") {
      for (std::size_t i = 0; i < axes_.size(); ++i) {
        const AxisKind kind = axes_[i].kind;
        if (kind == AxisKind::tensor || kind == AxisKind::pipeline || kind == AxisKind::data ||
            kind == AxisKind::replicas)
          p.axes.push_back(i);
      }
    } else {
      RIDGELINE_TRY(axis, find(name));
      p.axes.push_back(axis);
    }
    at_ = end;
    return Status::success();
  }

  Result<std::size_t> find(const std::string& name) const {
    std::vector<std::string> names{"devices"};
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (!is_numeric(axes_[i].kind)) continue;
      if (axes_[i].name == name) return i;
      names.push_back(axes_[i].name);
    }
    const auto near = nearest(name, names);
    return wrong(fmt::format("'{}' is no axis of whole numbers here", name),
                 near.empty() ? fmt::format("use {}", fmt::join(names, ", "))
                              : fmt::format("did you mean {}?", fmt::join(near, " or ")));
  }

  Result<Relation> relation() {
    skip_blanks();
    static constexpr std::pair<std::string_view, Relation> signs[] = {
        {"<=", Relation::at_most}, {">=", Relation::at_least}, {"==", Relation::equal},
        {"!=", Relation::unequal}, {"<", Relation::below},     {">", Relation::above}};
    for (const auto& [sign, relation] : signs) {
      if (text_.substr(at_).starts_with(sign)) {
        at_ += sign.size();
        return relation;
      }
    }
    return wrong("no relation", "use <, <=, ==, !=, >= or >");
  }

  std::string_view text_;
  const std::vector<StudyAxis>& axes_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_numeric(AxisKind kind) {
  return kind != AxisKind::model && kind != AxisKind::hardware && kind != AxisKind::precision &&
         kind != AxisKind::kv_cache && kind != AxisKind::field;
}

Result<StudyCondition> parse_condition(std::string_view text, const std::vector<StudyAxis>& axes) {
  return Parser(text, axes).parse();
}

}  // namespace ridgeline::studies
