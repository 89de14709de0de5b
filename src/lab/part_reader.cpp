#include "lab/part_reader.h"

#include <set>

namespace ridgeline::lab {
namespace {

constexpr std::size_t most_controls = 3;

Result<LabGoal> read_goal(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"text", "at", "kind", "limit", "unit", "unit_per_si", "iterations",
                                 "violate", "first_aid", "tracks"}));
  LabGoal goal;
  RIDGELINE_TRY(text, required_prose(scope, map, "text"));
  RIDGELINE_TRY(at_node, map.require("at"));
  RIDGELINE_TRY(at, pointer_of(scope, at_node));
  RIDGELINE_TRY(kind_node, map.require("kind"));
  RIDGELINE_TRY(kind, kind_node.as_string());
  if (kind != "at_most" && kind != "at_least") return kind_node.error("use at_most or at_least");
  RIDGELINE_TRY(limit, required_number(scope, map, "limit"));
  RIDGELINE_TRY(unit, optional_words(scope, map, "unit"));
  RIDGELINE_TRY(per_si, positive_or(scope, map, "unit_per_si", goal.unit_per_si));
  RIDGELINE_TRY(first_aid, lines_of(scope, map, "first_aid"));
  if (const auto node = map.find("iterations")) {
    RIDGELINE_TRY(iterations, node->as_count());
    goal.iterations = iterations;
  }
  if (const auto node = map.find("violate")) {
    RIDGELINE_TRY(violate, node->as_bool());
    goal.violate = violate;
  }
  goal.text = text;
  goal.at = at;
  goal.at_most = kind == "at_most";
  goal.limit = limit;
  goal.unit = unit;
  goal.unit_per_si = per_si;
  goal.first_aid = first_aid;
  return goal;
}

Result<LabReflection> read_reflection(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"id", "text", "look_for", "points", "tracks"}));
  LabReflection reflection;
  RIDGELINE_TRY(id, required_id(map));
  RIDGELINE_TRY(text, required_prose(scope, map, "text"));
  RIDGELINE_TRY(look_for, lines_of(scope, map, "look_for"));
  RIDGELINE_TRY(points, positive_or(scope, map, "points", reflection.points));
  reflection.id = id;
  reflection.text = text;
  reflection.look_for = look_for;
  reflection.points = points;
  return reflection;
}

Result<LabDecision> read_decision(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"id", "text", "options", "evidence", "look_for", "points", "tracks"}));
  LabDecision decision;
  RIDGELINE_TRY(id, required_id(map));
  RIDGELINE_TRY(text, required_prose(scope, map, "text"));
  RIDGELINE_TRY(options, read_options(scope, map));
  RIDGELINE_TRY(look_for, lines_of(scope, map, "look_for"));
  RIDGELINE_TRY(points, positive_or(scope, map, "points", decision.points));
  if (options.size() < 2) return map.error("a decision needs two options at least");
  for (const LabOption& option : options) {
    if (option.least || option.most)
      return map.error(fmt::format("options.{}: least and most belong to the rule within", option.id));
  }
  if (const auto node = map.find("evidence")) {
    RIDGELINE_TRY(evidence, node->as_count());
    decision.evidence = evidence;
  }
  decision.id = id;
  decision.text = text;
  decision.options = options;
  decision.look_for = look_for;
  decision.points = points;
  return decision;
}

/// A ledger names its entries by part and id alone.
Status check_ids(const YamlNode& map, const LabPart& part) {
  std::set<std::string> ids;
  const auto add = [&ids, &map](const auto& items) {
    for (const auto& item : items) {
      if (!ids.insert(item.id).second)
        return Status(map.error(
            fmt::format("two of its questions, reflections and decisions are called '{}'", item.id)));
    }
    return Status::success();
  };
  RIDGELINE_CHECK(add(part.questions));
  RIDGELINE_CHECK(add(part.reflections));
  return add(part.decisions);
}

Status read_instruments(const Scope& scope, const YamlNode& map, LabPart& part) {
  RIDGELINE_TRY(controls, read_items<LabControl>(scope, map, "controls", read_control));
  if (controls.size() > most_controls) {
    return map.find("controls")
        ->error(
            fmt::format("{} controls for track {}; at most {}", controls.size(), scope.track, most_controls));
  }
  const auto read = [&controls = controls](const Scope& s, const YamlNode& node) {
    return read_instrument(s, node, controls);
  };
  RIDGELINE_TRY(instruments, read_items<LabInstrument>(scope, map, "instruments", read));
  part.controls = std::move(controls);
  part.instruments = std::move(instruments);
  return check_instruments(map, part);
}

}  // namespace

Result<LabPart> read_part(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"id", "name", "text", "minutes", "questions", "controls", "instruments",
                                 "goals", "reflections", "decisions", "tracks"}));
  LabPart part;
  RIDGELINE_TRY(id, required_id(map));
  RIDGELINE_TRY(name, required_words(scope, map, "name"));
  RIDGELINE_TRY(text, required_prose(scope, map, "text"));
  RIDGELINE_TRY(minutes, positive_or(scope, map, "minutes", part.minutes));
  part.id = id;
  part.name = name;
  part.text = text;
  part.minutes = minutes;
  RIDGELINE_CHECK(read_instruments(scope, map, part));
  RIDGELINE_TRY(questions, read_items<LabQuestion>(scope, map, "questions", read_question));
  RIDGELINE_TRY(goals, read_items<LabGoal>(scope, map, "goals", read_goal));
  RIDGELINE_TRY(reflections, read_items<LabReflection>(scope, map, "reflections", read_reflection));
  RIDGELINE_TRY(decisions, read_items<LabDecision>(scope, map, "decisions", read_decision));
  if (!goals.empty() && part.instruments.empty())
    return map.find("goals")->error("goals read the first instrument's document, and there is no instrument");
  part.questions = questions;
  part.goals = goals;
  part.reflections = reflections;
  part.decisions = decisions;
  RIDGELINE_CHECK(check_ids(map, part));
  return part;
}

}  // namespace ridgeline::lab
