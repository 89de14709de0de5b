#include <fmt/format.h>

#include "base/yaml.h"
#include "catalog/identity.h"
#include "catalog/sources.h"
#include "ridgeline/heat.h"

namespace ridgeline {
namespace {

using catalog::provenance_beside;
using catalog::required_text;

/// {value, unit, kind, source}, in exactly this unit.
template <class Q>
Result<Sourced<Q>> read_value(const YamlNode& parent, std::string_view key, std::string_view unit) {
  RIDGELINE_TRY(map, parent.require(key));
  RIDGELINE_CHECK(map.only_keys({"value", "unit", "kind", "source"}));
  RIDGELINE_TRY(number_node, map.require("value"));
  RIDGELINE_TRY(number, number_node.as_number());
  RIDGELINE_TRY(found, required_text(map, "unit"));
  if (found != unit) return map.error(fmt::format("unit '{}'; use {}", found, unit));
  RIDGELINE_TRY(provenance, provenance_beside(map));
  return Sourced<Q>{Q(number), provenance, {}};
}

Result<HeatNode> read_node(const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"name", "capacity", "resistance"}));
  HeatNode node;
  RIDGELINE_TRY(name, required_text(map, "name"));
  RIDGELINE_TRY(capacity, read_value<double>(map, "capacity", "J/K"));
  RIDGELINE_TRY(resistance, read_value<double>(map, "resistance", "K/W"));
  node.name = name;
  node.joules_per_kelvin = capacity;
  node.kelvin_per_watt = resistance;
  return node;
}

Result<ClockStep> read_step(const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"clock", "power"}));
  RIDGELINE_TRY(clock_node, map.require("clock"));
  RIDGELINE_TRY(power_node, map.require("power"));
  RIDGELINE_TRY(clock, clock_node.as_number());
  RIDGELINE_TRY(power, power_node.as_number());
  return ClockStep{clock, power};
}

Status read_steps(const YamlNode& top, HeatModel& model) {
  RIDGELINE_TRY(map, top.require("steps"));
  RIDGELINE_CHECK(map.only_keys({"kind", "source", "list"}));
  RIDGELINE_TRY(provenance, provenance_beside(map));
  model.steps_provenance = provenance;
  RIDGELINE_TRY(list, map.require("list"));
  for (const YamlNode& item : list.items()) {
    RIDGELINE_TRY(step, read_step(item));
    model.steps.push_back(step);
  }
  return Status::success();
}

Result<std::size_t> find_node(const YamlNode& map, const std::vector<HeatNode>& nodes) {
  RIDGELINE_TRY(name, required_text(map, "sensor"));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == name) return i;
  }
  return map.error(fmt::format("sensor: no node is called '{}'", name));
}

Result<Governor> read_governor(const YamlNode& top, const std::vector<HeatNode>& nodes) {
  RIDGELINE_TRY(map, top.require("governor"));
  RIDGELINE_CHECK(map.only_keys({"sensor", "trip", "release", "period"}));
  RIDGELINE_TRY(sensor, find_node(map, nodes));
  RIDGELINE_TRY(trip, read_value<double>(map, "trip", "degC"));
  RIDGELINE_TRY(release, read_value<double>(map, "release", "degC"));
  RIDGELINE_TRY(period, read_value<Seconds>(map, "period", "s"));
  return Governor{sensor, trip, release, period};
}

}  // namespace

Result<HeatModel> read_heat_model(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(
      top.only_keys({"id", "name", "note", "ambient", "idle", "active", "nodes", "steps", "governor"}));
  HeatModel model;
  RIDGELINE_TRY(id, required_text(top, "id"));
  RIDGELINE_TRY(name, required_text(top, "name"));
  RIDGELINE_TRY(note, required_text(top, "note"));
  RIDGELINE_TRY(ambient, read_value<double>(top, "ambient", "degC"));
  RIDGELINE_TRY(idle, read_value<Watts>(top, "idle", "W"));
  RIDGELINE_TRY(active, read_value<Watts>(top, "active", "W"));
  RIDGELINE_TRY(nodes, top.require("nodes"));
  for (const YamlNode& item : nodes.items()) {
    RIDGELINE_TRY(node, read_node(item));
    model.nodes.push_back(node);
  }
  RIDGELINE_CHECK(read_steps(top, model));
  RIDGELINE_TRY(governor, read_governor(top, model.nodes));
  model.id = id;
  model.name = name;
  model.note = note;
  model.ambient_celsius = ambient;
  model.idle = idle;
  model.active = active;
  model.governor = governor;
  if (const Status valid = validate(model); !valid)
    return bad_input(fmt::format("{}: {}", path, valid.error().message));
  return model;
}

}  // namespace ridgeline
