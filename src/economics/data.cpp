#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "catalog/identity.h"
#include "catalog/sources.h"
#include "ridgeline/economics.h"

namespace ridgeline {
namespace {

using catalog::Measure;
using catalog::Sources;

const Measure& intensity() {
  static const Measure measure{
      "a carbon intensity", "generation", {{"g/kWh", 1 / joules_per_kwh}, {"kg/kWh", 1000 / joules_per_kwh}}};
  return measure;
}

const Measure& carbon_mass() {
  static const Measure measure{"a mass of CO2 equivalent", "device", {{"g", 1}, {"kg", 1000}}};
  return measure;
}

Result<Grid> read_grid(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(node.only_keys({"id", "name", "carbon"}));
  Grid grid;
  RIDGELINE_TRY(id, catalog::required_text(node, "id"));
  RIDGELINE_TRY(name, catalog::required_text(node, "name"));
  RIDGELINE_TRY(carbon_node, node.require("carbon"));
  RIDGELINE_TRY(carbon, sources.value<double>(carbon_node, intensity()));
  grid.id = std::move(id);
  grid.name = std::move(name);
  grid.carbon_per_joule = std::move(carbon);
  return grid;
}

Result<DeviceFacts> read_facts(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(node.only_keys({"id", "idle", "embodied"}));
  DeviceFacts facts;
  RIDGELINE_TRY(id, catalog::required_text(node, "id"));
  RIDGELINE_TRY(idle, sources.optional_value<Watts>(node, "idle", catalog::power()));
  RIDGELINE_TRY(embodied, sources.optional_value<double>(node, "embodied", carbon_mass()));
  facts.id = std::move(id);
  facts.idle = std::move(idle);
  facts.embodied = std::move(embodied);
  return facts;
}

/// The list under `key`, each item once.
template <class Item>
Result<std::vector<Item>> read_items(const std::string& path, std::string_view key,
                                     Result<Item> (*read)(const YamlNode&, const Sources&)) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"note", "sources", key}));
  RIDGELINE_TRY(sources, Sources::read(top));
  RIDGELINE_TRY(list, top.require(key));
  std::vector<Item> items;
  for (const YamlNode& node : list.items()) {
    RIDGELINE_TRY(item, read(node, sources));
    const bool again =
        std::any_of(items.begin(), items.end(), [&](const Item& other) { return other.id == item.id; });
    if (again) return node.error(fmt::format("'{}' is there twice", item.id));
    items.push_back(std::move(item));
  }
  if (items.empty()) return list.error("expected a list with at least one item");
  return items;
}

}  // namespace

Result<std::vector<Grid>> read_grids(const std::string& path) {
  return read_items<Grid>(path, "grids", read_grid);
}

Result<std::vector<DeviceFacts>> read_device_facts(const std::string& path) {
  return read_items<DeviceFacts>(path, "devices", read_facts);
}

Result<Grid> find_grid(const std::vector<Grid>& grids, std::string_view id) {
  std::vector<std::string> names;
  for (const Grid& grid : grids) {
    if (to_lower(id) == grid.id) return grid;
    names.push_back(grid.id);
  }
  const auto close = nearest(id, names);
  return bad_input(fmt::format("no grid '{}'; {} {}", id, close.empty() ? "there are" : "did you mean",
                               fmt::join(close.empty() ? names : close, ", ")));
}

Economics with_facts(Economics economics, const Hardware& hardware, const std::vector<DeviceFacts>& known) {
  for (const DeviceFacts& facts : known) {
    if (facts.id != hardware.id) continue;
    if (!economics.idle) economics.idle = facts.idle;
    if (!economics.embodied) economics.embodied = facts.embodied;
  }
  return economics;
}

}  // namespace ridgeline
