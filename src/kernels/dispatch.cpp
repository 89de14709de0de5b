#include "kernels/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ridgeline::kernels {
namespace {

constexpr std::array<std::string_view, 3> tile_choices{"fastest", "by_rows", "by_rows_small"};
constexpr std::array<std::string_view, 2> row_tile_choices{"fastest", "by_tokens"};
constexpr std::array<std::string_view, 2> small_launches{"few_rows", "odd_rows"};
constexpr std::array<std::string_view, 2> paths{"switch", "host"};

template <std::size_t N>
std::string name_of(const std::array<std::string_view, N>& names, std::size_t index) {
  return std::string(names[index]);
}

/// The index of the word at `key`, or `otherwise` when the key is absent.
template <std::size_t N>
Result<std::size_t> read_word(const YamlNode& map, std::string_view key,
                              const std::array<std::string_view, N>& names, std::size_t otherwise) {
  const auto node = map.find(key);
  if (!node) return otherwise;
  RIDGELINE_TRY(word, node->as_string());
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) {
    return node->error(fmt::format("'{}' is none of: {}", word, fmt::join(names, ", ")));
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

Choices choices_of(const GemmCoefficients& c) {
  Choices choices;
  if (c.tile_choice != TileChoice::fastest) {
    choices.emplace_back("tile", name_of(tile_choices, static_cast<std::size_t>(c.tile_choice)));
  }
  if (c.harness.small_is_odd_rows) choices.emplace_back("small_launch", name_of(small_launches, 1));
  return choices;
}
Status read_choices(const YamlNode& map, GemmCoefficients& c) {
  RIDGELINE_CHECK(map.only_keys({"tile", "small_launch"}));
  RIDGELINE_TRY(tile, read_word(map, "tile", tile_choices, 0));
  RIDGELINE_TRY(small, read_word(map, "small_launch", small_launches, 0));
  c.tile_choice = static_cast<TileChoice>(tile);
  c.harness.small_is_odd_rows = small == 1;
  return Status::success();
}

Choices choices_of(const ContextCoefficients&) { return {}; }
Status read_choices(const YamlNode& map, ContextCoefficients&) {
  return map.error("context attention has no choices");
}

Choices choices_of(const GenerationCoefficients& c) {
  Choices choices;
  if (c.sharing_limit > 0) choices.emplace_back("sharing_limit", fmt::format("{}", c.sharing_limit));
  return choices;
}
Status read_choices(const YamlNode& map, GenerationCoefficients& c) {
  RIDGELINE_CHECK(map.only_keys({"sharing_limit"}));
  RIDGELINE_TRY(node, map.require("sharing_limit"));
  RIDGELINE_TRY(limit, node.as_count());
  c.sharing_limit = limit;
  return Status::success();
}

Choices choices_of(const CollectiveCoefficients& c) {
  Choices choices;
  if (c.over_host) choices.emplace_back("path", name_of(paths, 1));
  return choices;
}
Status read_choices(const YamlNode& map, CollectiveCoefficients& c) {
  RIDGELINE_CHECK(map.only_keys({"path"}));
  RIDGELINE_TRY(path, read_word(map, "path", paths, 0));
  c.over_host = path == 1;
  return Status::success();
}

Choices choices_of(const MoeCoefficients& c) {
  Choices choices;
  if (c.row_tile != RowTileChoice::fastest) {
    choices.emplace_back("row_tile", name_of(row_tile_choices, static_cast<std::size_t>(c.row_tile)));
  }
  return choices;
}
Status read_choices(const YamlNode& map, MoeCoefficients& c) {
  RIDGELINE_CHECK(map.only_keys({"row_tile"}));
  RIDGELINE_TRY(row_tile, read_word(map, "row_tile", row_tile_choices, 0));
  c.row_tile = static_cast<RowTileChoice>(row_tile);
  return Status::success();
}

}  // namespace ridgeline::kernels
