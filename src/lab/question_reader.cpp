#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lab/part_reader.h"

namespace ridgeline::lab {
namespace {

struct RuleName {
  const char* name;
  LabRule rule;
};
constexpr std::array<RuleName, 5> rules{{{"value", LabRule::value},
                                         {"nearest", LabRule::nearest},
                                         {"greatest", LabRule::greatest},
                                         {"least", LabRule::least},
                                         {"within", LabRule::within}}};

Result<LabQuestionKind> read_kind(const YamlNode& map) {
  RIDGELINE_TRY(node, map.require("kind"));
  RIDGELINE_TRY(kind, node.as_string());
  if (kind == "choice") return LabQuestionKind::choice;
  if (kind == "number") return LabQuestionKind::number;
  return node.error(fmt::format("unknown kind '{}'; use choice or number", kind));
}

Result<LabRule> read_rule(const YamlNode& map, LabQuestionKind kind) {
  const bool number = kind == LabQuestionKind::number;
  if (number && !map.find("rule")) return LabRule::value;
  RIDGELINE_TRY(node, map.require("rule"));
  RIDGELINE_TRY(name, node.as_string());
  for (const RuleName& known : rules) {
    if (known.name == name && number == (known.rule == LabRule::value)) return known.rule;
  }
  return node.error(fmt::format("rule '{}' of a {}; use {}", name, number ? "number" : "choice",
                                number ? "value" : "nearest, greatest, least or within"));
}

Status refuse(const YamlNode& map, std::string_view key, const char* why) {
  const auto node = map.find(key);
  return node ? Status(node->error(why)) : Status::success();
}

/// What the rule needs is there, and nothing that it would not read.
Status check_number(const YamlNode& map, const LabQuestion& q) {
  RIDGELINE_CHECK(refuse(map, "options", "a number has none; use kind: choice"));
  if (!q.figure) return map.error("the key 'figure' is missing; it is what the number is held against");
  if (q.unit != q.figure->unit)
    return map.error(fmt::format("unit '{}', and its figure's is '{}'", q.unit, q.figure->unit));
  return Status::success();
}

Status check_bounds(const YamlNode& node, const LabQuestion& q, const LabOption& option) {
  const bool bounds = option.least || option.most;
  if (bounds != (q.rule == LabRule::within))
    return node.error(bounds ? "least and most belong to the rule within"
                             : "the rule within needs least, most or both of each option");
  return Status::success();
}

Status check_option(const YamlNode& node, const LabQuestion& q, const LabOption& option) {
  RIDGELINE_CHECK(check_bounds(node, q, option));
  if (option.id == "key" || option.id == "value")
    return node.error(fmt::format("'{}' means something else in why; use another id", option.id));
  if (q.rule == LabRule::within) {
    if (option.figure) return node.error("the rule within reads no figure of an option");
    return Status::success();
  }
  if (!option.figure)
    return node.error("the key 'figure' is missing; the rule compares the options' figures");
  const LabFigure& first = q.figure ? *q.figure : *q.options.front().figure;
  if (option.figure->unit != first.unit) {
    return node.error(
        fmt::format("unit '{}', and '{}' of what it is compared with", option.figure->unit, first.unit));
  }
  return Status::success();
}

Status check_choice(const Scope& scope, const YamlNode& map, const LabQuestion& q) {
  RIDGELINE_CHECK(refuse(map, "tolerance", "belongs to a number"));
  RIDGELINE_CHECK(refuse(map, "unit", "belongs to a number; that of a choice is its figures'"));
  const bool needs = q.rule == LabRule::nearest || q.rule == LabRule::within;
  if (needs && !q.figure)
    return map.error("the key 'figure' is missing; the rule compares the options with it");
  if (!needs && q.figure)
    return map.error("the rule compares the options alone; leave the question's figure out");
  if (q.options.size() < 2) return map.error("a choice needs two options at least");
  std::size_t at = 0;
  RIDGELINE_TRY(list, map.require("options"));
  for (const YamlNode& node : list.items()) {
    RIDGELINE_TRY(mine, is_for(scope, node));
    if (mine) RIDGELINE_CHECK(check_option(node, q, q.options[at++]));
  }
  return Status::success();
}

Result<std::string> read_why(const Scope& scope, const YamlNode& map, const LabQuestion& q) {
  const auto node = map.find("why");
  if (!node) return std::string();
  Kept kept{"key", "value"};
  for (const LabOption& option : q.options) kept.insert(option.id);
  return prose_of(scope, *node, &kept);
}

Result<std::optional<double>> read_bound(const Scope& scope, const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  if (!node) return std::optional<double>();
  RIDGELINE_TRY(value, number_of(scope, *node));
  return std::optional<double>(value);
}

Result<LabOption> read_option(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"id", "text", "figure", "least", "most", "tracks"}));
  LabOption option;
  RIDGELINE_TRY(id, required_id(map));
  RIDGELINE_TRY(text, required_prose(scope, map, "text"));
  RIDGELINE_TRY(figure, optional_figure(scope, map, "figure"));
  RIDGELINE_TRY(least, read_bound(scope, map, "least"));
  RIDGELINE_TRY(most, read_bound(scope, map, "most"));
  if (least && most && !(*least < *most))
    return map.error(fmt::format("least is {:g} and most {:g}; nothing lies between", *least, *most));
  option.id = id;
  option.text = text;
  option.figure = figure;
  option.least = least;
  option.most = most;
  return option;
}

}  // namespace

Result<std::vector<LabOption>> read_options(const Scope& scope, const YamlNode& map) {
  return read_items<LabOption>(scope, map, "options", read_option);
}

Result<LabQuestion> read_question(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys(
      {"id", "kind", "text", "unit", "options", "rule", "figure", "tolerance", "why", "points", "tracks"}));
  LabQuestion q;
  RIDGELINE_TRY(id, required_id(map));
  RIDGELINE_TRY(kind, read_kind(map));
  RIDGELINE_TRY(text, required_prose(scope, map, "text"));
  RIDGELINE_TRY(options, read_options(scope, map));
  RIDGELINE_TRY(rule, read_rule(map, kind));
  RIDGELINE_TRY(figure, optional_figure(scope, map, "figure"));
  RIDGELINE_TRY(unit, optional_words(scope, map, "unit"));
  RIDGELINE_TRY(tolerance, positive_or(scope, map, "tolerance", q.tolerance));
  RIDGELINE_TRY(points, positive_or(scope, map, "points", q.points));
  q.id = id;
  q.kind = kind;
  q.text = text;
  q.options = options;
  q.rule = rule;
  q.figure = figure;
  q.unit = unit.empty() && figure && kind == LabQuestionKind::number ? figure->unit : unit;
  q.tolerance = tolerance;
  q.points = points;
  RIDGELINE_CHECK(kind == LabQuestionKind::number ? check_number(map, q) : check_choice(scope, map, q));
  RIDGELINE_TRY(why, read_why(scope, map, q));
  q.why = why;
  return q;
}

}  // namespace ridgeline::lab
