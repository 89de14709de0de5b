#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "criteria/units.h"
#include "ridgeline/criterion.h"

namespace ridgeline {
namespace {

using criteria::Unit;

constexpr std::size_t longest = 200;
/// What has no place in one line is shown as this.
constexpr char placeholder = '?';

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_of_name(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.'; }
/// Bytes of a code point after its first.
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

class Parser {
 public:
  Parser(std::string_view text, const CriterionVocabulary& vocabulary)
      : text_(text), vocabulary_(vocabulary) {}

  Result<Criterion> parse() {
    if (text_.size() > longest)
      return bad_input(
          fmt::format("a criterion of more than {} characters; give metric, operator and limit, as in "
                      "p99 > +5%",
                      longest));
    RIDGELINE_CHECK(metric());
    RIDGELINE_CHECK(comparison());
    RIDGELINE_CHECK(limit());
    RIDGELINE_CHECK(end());
    return criterion_;
  }

 private:
  /// Column of a byte, in code points from 1.
  std::size_t column(std::size_t at) const {
    const auto begin = text_.begin();
    return 1 + static_cast<std::size_t>(std::count_if(begin, begin + static_cast<std::ptrdiff_t>(at),
                                                      [](char c) { return !continues(c); }));
  }

  Error wrong(std::size_t at, std::string_view what, std::string_view right) const {
    std::string shown(text_);
    for (char& c : shown) {
      if (c == '\t') c = ' ';
      if ((c >= 0 && c < ' ') || c == 127) c = placeholder;
    }
    const std::size_t col = column(at);
    return bad_input(fmt::format("{} at column {}; {}\n  {}\n  {:>{}}", what, col, right, shown, '^', col));
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool done() const { return at_ == text_.size(); }
  bool at(char c) const { return !done() && text_[at_] == c; }
  template <class Is>
  std::string_view take_while(Is is) {
    const std::size_t from = at_;
    while (!done() && is(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  Status metric() {
    skip_blanks();
    const std::size_t from = at_;
    if (done()) return wrong(from, "nothing", "give metric, operator and limit, as in p99 > +5%");
    const std::string_view name = take_while(is_of_name);
    if (name.empty() || !is_letter(name.front()))
      return wrong(from, "no metric", "begin with one, as in p99 > +5%");
    const auto metrics = vocabulary_.metrics;
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const CriterionMetric& m) { return m.name == name; });
    if (found == metrics.end())
      return wrong(from, fmt::format("unknown metric '{}'", name), known_metrics(name));
    criterion_.metric = name;
    criterion_.metric_unit = found->unit;
    return Status::success();
  }

  std::string known_metrics(std::string_view name) const {
    std::vector<std::string> names;
    for (const CriterionMetric& m : vocabulary_.metrics) names.emplace_back(m.name);
    if (const auto near = nearest(name, names); !near.empty())
      return fmt::format("did you mean {}?", fmt::join(near, " or "));
    return fmt::format("{} has {}", vocabulary_.of, fmt::join(names, ", "));
  }

  Status comparison() {
    skip_blanks();
    const std::size_t from = at_;
    const std::string_view sign =
        take_while([](char c) { return c == '<' || c == '>' || c == '=' || c == '!'; });
    for (const Comparison c :
         {Comparison::above, Comparison::at_least, Comparison::below, Comparison::at_most}) {
      if (to_string(c) != sign) continue;
      criterion_.comparison = c;
      return Status::success();
    }
    return wrong(from, sign.empty() ? "no operator" : fmt::format("unknown operator '{}'", sign),
                 "use >, >=, < or <=");
  }

  Status limit() {
    skip_blanks();
    const std::size_t from = at_;
    const bool is_signed = at('+') || at('-');
    if (is_signed) criterion_.kind = LimitKind::change;
    std::string number(text_.substr(at_, is_signed ? 1 : 0));
    at_ += number.size();
    const std::string_view digits = take_number();
    if (digits.empty()) return wrong(from, "no number", "give a limit, such as +5% or 40ms");
    number += digits;
    criterion_.number = std::strtod(number.c_str(), nullptr);
    if (!std::isfinite(criterion_.number)) return wrong(from, "a number out of range", "give a smaller one");
    return unit();
  }

  std::string_view take_number() {
    const std::size_t from = at_;
    take_while(is_digit);
    if (at_ == from) return {};
    if (at('.') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
      ++at_;
      take_while(is_digit);
    }
    const std::size_t before = at_;
    if (at('e') || at('E')) {
      ++at_;
      if (at('+') || at('-')) ++at_;
      if (take_while(is_digit).empty()) at_ = before;
    }
    return text_.substr(from, at_ - from);
  }

  Status unit() {
    const std::size_t after_number = at_;
    skip_blanks();
    const std::size_t from = at_;
    const CriterionUnit kind = criterion_.metric_unit;
    std::string_view name;
    if (at('%')) {
      name = text_.substr(at_++, 1);
    } else {
      const bool rate = at('/');
      if (rate) ++at_;
      take_while(
          [](char c) { return is_letter(c) || continues(c) || static_cast<unsigned char>(c) >= 0xC2; });
      name = text_.substr(from, at_ - from);
    }
    if (name.empty() || is_conjunction(name)) {
      at_ = after_number;
      name = {};
    }
    if (name.empty()) {
      criterion_.limit = criterion_.number;
      if (criterion_.number == 0 || criteria::needs_no_unit(kind)) return Status::success();
      return wrong(after_number, "no unit", units_for(kind));
    }
    if (name == "%") return per_cent(from);
    const Unit* unit = criteria::find_unit(kind, name);
    if (!unit) return wrong(from, fmt::format("unit '{}'", name), units_for(kind));
    if (unit->name == "pp" && criterion_.kind == LimitKind::value)
      return wrong(from, "percentage points of a value", "write 99% or 0.99, or +1pp for a change");
    criterion_.unit = unit->name;
    criterion_.limit = criterion_.number * unit->multiply / unit->divide;
    if (!std::isfinite(criterion_.limit)) return wrong(from, "a number out of range", "give a smaller one");
    return Status::success();
  }

  /// With a sign a share of what was; without one the value of a share.
  Status per_cent(std::size_t from) {
    if (criterion_.kind == LimitKind::value && criterion_.metric_unit != CriterionUnit::share) {
      return wrong(from, "per cent without a sign",
                   fmt::format("write +{0}% for a change; the value of {1} has {2}", plain_number(),
                               criterion_.metric, units_or_none(criterion_.metric_unit, LimitKind::value)));
    }
    if (criterion_.kind == LimitKind::change) criterion_.kind = LimitKind::relative;
    criterion_.unit = "%";
    criterion_.limit = criterion_.number / 100;
    return Status::success();
  }

  std::string plain_number() const { return fmt::format("{}", criterion_.number); }

  static std::string units_or_none(CriterionUnit kind, LimitKind limit) {
    return kind == CriterionUnit::count ? "no unit" : "one of " + criteria::unit_list(kind, limit);
  }

  std::string units_for(CriterionUnit kind) const {
    return fmt::format("{} is {}: give {}", criterion_.metric, criteria::what_is(kind),
                       criteria::unit_list(kind, criterion_.kind));
  }

  static bool is_conjunction(std::string_view word) {
    return word == "and" || word == "or" || word == "AND" || word == "OR";
  }

  Status end() {
    skip_blanks();
    if (done()) return Status::success();
    const std::size_t from = at_;
    const std::string_view word = take_while(is_letter);
    const bool sign = text_[from] == '&' || text_[from] == '|' || text_[from] == ',' || text_[from] == ';';
    if (is_conjunction(word) || sign)
      return wrong(from, "a second comparison",
                   "a criterion has one: give each its own, any of them may fail");
    return wrong(from, "more than a criterion", "end after the limit, as in p99 > +5%");
  }

  std::string_view text_;
  const CriterionVocabulary& vocabulary_;
  std::size_t at_ = 0;
  Criterion criterion_;
};

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

}  // namespace

Result<Criterion> parse_criterion(std::string_view text, const CriterionVocabulary& vocabulary) {
  return Parser(text, vocabulary).parse();
}

Result<std::vector<Criterion>> parse_criteria(std::string_view text, const std::string& path,
                                              const CriterionVocabulary& vocabulary) {
  std::vector<Criterion> criteria;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, std::min(text.find('#'), end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const auto criterion = parse_criterion(line, vocabulary);
    if (!criterion) return bad_input(fmt::format("{}:{}: {}", path, number, criterion.error().message));
    criteria.push_back(*criterion);
  }
  return criteria;
}

}  // namespace ridgeline
