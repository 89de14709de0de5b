#include <algorithm>
#include <array>
#include <cstdlib>

#include "lab/part_reader.h"

namespace ridgeline::lab {
namespace {

/// What the page knows how to draw (docs/labs.md).
constexpr std::array<std::string_view, 4> instrument_kinds{"scenarios", "tail", "math", "audit"};

Status check_slider(const YamlNode& map, const LabControl& c) {
  if (!(c.least < c.most))
    return map.error(fmt::format("least is {:g} and most {:g}; it has no room to move", c.least, c.most));
  if (!(c.step > 0 && c.step <= c.most - c.least))
    return map.error(fmt::format("step is {:g}; must be above 0, and at most the whole way", c.step));
  if (c.logarithmic && !(c.least > 0)) return map.error("a logarithmic slider needs least above 0");
  return Status::success();
}

Result<LabControl> read_slider(const Scope& scope, const YamlNode& map, LabControl c) {
  RIDGELINE_TRY(least, required_number(scope, map, "least"));
  RIDGELINE_TRY(most, required_number(scope, map, "most"));
  RIDGELINE_TRY(step, required_number(scope, map, "step"));
  c.least = least;
  c.most = most;
  c.step = step;
  if (const auto node = map.find("logarithmic")) {
    RIDGELINE_TRY(logarithmic, node->as_bool());
    c.logarithmic = logarithmic;
  }
  RIDGELINE_CHECK(check_slider(map, c));
  RIDGELINE_TRY(node, map.require("value"));
  RIDGELINE_TRY(value, number_of(scope, node));
  if (value < least || value > most)
    return node.error(fmt::format("is {:g}; must be {:g} to {:g}", value, least, most));
  c.value = fmt::format("{:.10g}", value);
  return c;
}

Result<LabControl> read_choice(const Scope& scope, const YamlNode& map, LabControl c) {
  for (const char* key : {"least", "most", "step", "logarithmic", "unit"}) {
    if (const auto node = map.find(key)) return node->error("belongs to a slider; a choice has options");
  }
  if (c.options.size() < 2) return map.error("a choice needs two options at least");
  c.choice = true;
  RIDGELINE_TRY(value, required_words(scope, map, "value"));
  c.value = value;
  std::vector<std::string> ids;
  for (const LabOption& option : c.options) {
    if (option.figure || option.least || option.most)
      return map.error(fmt::format("options.{}: a control's option has id and text alone", option.id));
    ids.push_back(option.id);
  }
  if (std::find(ids.begin(), ids.end(), c.value) == ids.end())
    return map.error(fmt::format("value is '{}'; use one of {}", c.value, fmt::join(ids, ", ")));
  return c;
}

bool mentions(const LabInstrument& instrument, const std::string& id) {
  const std::string placeholder = "{" + id + "}";
  return std::any_of(instrument.command.begin(), instrument.command.end(),
                     [&](const std::string& word) { return word.find(placeholder) != std::string::npos; });
}

}  // namespace

Result<LabControl> read_control(const Scope& scope, const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys(
      {"id", "name", "unit", "help", "options", "least", "most", "step", "logarithmic", "value", "tracks"}));
  LabControl c;
  RIDGELINE_TRY(id, required_id(map));
  if (id == "mean" || id == "sd" || scope.words->has(id))
    return map.error(fmt::format("{{{}}} already means something in a command; use another id", id));
  RIDGELINE_TRY(name, required_words(scope, map, "name"));
  RIDGELINE_TRY(unit, optional_words(scope, map, "unit"));
  RIDGELINE_TRY(help, optional_prose(scope, map, "help"));
  RIDGELINE_TRY(options, read_options(scope, map));
  c.id = id;
  c.name = name;
  c.unit = unit;
  c.help = help;
  c.options = options;
  return map.find("options") ? read_choice(scope, map, std::move(c)) : read_slider(scope, map, std::move(c));
}

Result<LabInstrument> read_instrument(const Scope& scope, const YamlNode& map,
                                      const std::vector<LabControl>& controls) {
  RIDGELINE_CHECK(map.only_keys({"id", "title", "kind", "command", "help", "tracks"}));
  LabInstrument instrument;
  RIDGELINE_TRY(id, required_id(map));
  RIDGELINE_TRY(title, required_words(scope, map, "title"));
  RIDGELINE_TRY(kind, required_words(scope, map, "kind"));
  if (std::find(instrument_kinds.begin(), instrument_kinds.end(), kind) == instrument_kinds.end())
    return map.error(fmt::format("unknown kind '{}'; use {}", kind, fmt::join(instrument_kinds, ", ")));
  Kept kept;
  for (const LabControl& control : controls) kept.insert(control.id);
  if (kind == "math") kept.insert({"mean", "sd"});
  RIDGELINE_TRY(node, map.require("command"));
  RIDGELINE_TRY(command, command_of(scope, node, &kept));
  RIDGELINE_TRY(help, optional_prose(scope, map, "help"));
  instrument.id = id;
  instrument.title = title;
  instrument.kind = kind;
  instrument.command = command;
  instrument.help = help;
  return instrument;
}

Status check_instruments(const YamlNode& part, const LabPart& p) {
  const auto first = p.instruments.begin(), last = p.instruments.end();
  for (const LabControl& control : p.controls) {
    const bool moves =
        std::any_of(first, last, [&](const LabInstrument& each) { return mentions(each, control.id); });
    if (!moves && !control.choice) {
      return part.error(fmt::format("control {} moves nothing: no instrument's command has {{{}}}",
                                    control.id, control.id));
    }
  }
  bool tail = false;
  for (const LabInstrument& each : p.instruments) {
    if (each.kind == "math" && !tail)
      return part.error(fmt::format("instrument {} of kind math needs one of kind tail before it", each.id));
    tail = tail || each.kind == "tail";
  }
  return Status::success();
}

}  // namespace ridgeline::lab
