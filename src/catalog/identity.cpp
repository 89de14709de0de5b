#include "catalog/identity.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ridgeline::catalog {

namespace {

bool is_small_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Words of a-z and 0-9 with single hyphens or dots between them: "llama-3.1-8b".
bool is_id(std::string_view text) {
  bool after_word = false;
  for (const char c : text) {
    if (!is_small_word(c) && !(after_word && (c == '-' || c == '.'))) return false;
    after_word = is_small_word(c);
  }
  return after_word;
}

/// What people type: an id in any letter case, underscores and slashes allowed.
bool is_alias(std::string_view text) {
  for (const char c : to_lower(text)) {
    if (!is_small_word(c) && std::string_view("-._/+").find(c) == std::string_view::npos) return false;
  }
  return true;
}

Result<std::vector<std::string>> read_aliases(const YamlNode& node) {
  if (!node.is_sequence()) return node.error("expected a list of names");
  std::vector<std::string> aliases;
  for (const YamlNode& item : node.items()) {
    RIDGELINE_TRY(alias, item.as_string());
    if (!is_alias(alias))
      return item.error(fmt::format("'{}' is not an alias; use letters, digits and - . _ / +", alias));
    aliases.push_back(std::move(alias));
  }
  return aliases;
}

}  // namespace

std::string name_key(std::string_view name) {
  std::string key = to_lower(name);
  std::replace(key.begin(), key.end(), '_', '-');
  return key;
}

Result<std::string> required_text(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return node.as_string();
}

Result<Identity> read_identity(const YamlNode& top) {
  Identity identity;
  RIDGELINE_TRY(id_node, top.require("id"));
  RIDGELINE_TRY(id, id_node.as_string());
  if (!is_id(id))
    return id_node.error(fmt::format(
        "'{}' is not an id; use small letters and digits, with hyphens or dots between words", id));
  identity.id = std::move(id);
  RIDGELINE_TRY(name, required_text(top, "name"));
  identity.name = std::move(name);
  if (const auto node = top.find("aliases")) {
    RIDGELINE_TRY(aliases, read_aliases(*node));
    identity.aliases = std::move(aliases);
  }
  if (const auto node = top.find("note")) {
    RIDGELINE_TRY(note, node->as_string());
    identity.note = std::move(note);
  }
  return identity;
}

}  // namespace ridgeline::catalog
