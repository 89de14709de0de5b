#pragma once
// The parts of a lab.

#include <fmt/format.h>

#include "lab/scope.h"

namespace ridgeline::lab {

Result<LabPart> read_part(const Scope&, const YamlNode&);

/// Each of these checks its keys, and that what it says goes together.
Result<std::vector<LabOption>> read_options(const Scope&, const YamlNode& map);
Result<LabQuestion> read_question(const Scope&, const YamlNode&);
Result<LabControl> read_control(const Scope&, const YamlNode&);
/// Its command keeps the placeholders of these controls.
Result<LabInstrument> read_instrument(const Scope&, const YamlNode&, const std::vector<LabControl>&);
/// Every slider is in the command of an instrument, and a mathematical picture stands by one that has a tail.
Status check_instruments(const YamlNode& part, const LabPart&);

/// Those items of a list that are for the track; none where the key is absent.
template <class Item, class Read>
Result<std::vector<Item>> read_items(const Scope& scope, const YamlNode& map, std::string_view key,
                                     const Read& read) {
  std::vector<Item> items;
  const auto list = map.find(key);
  if (!list) return items;
  if (!list->is_sequence()) return list->error("expected a list");
  for (const YamlNode& node : list->items()) {
    RIDGELINE_TRY(mine, is_for(scope, node));
    if (!mine) continue;
    RIDGELINE_TRY(item, read(scope, node));
    for (const Item& other : items) {
      if constexpr (requires { item.id; }) {
        if (other.id == item.id) return node.error(fmt::format("two are called '{}'", item.id));
      }
    }
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace ridgeline::lab
