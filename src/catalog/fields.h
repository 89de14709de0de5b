#pragma once
// Plain fields of an architecture, read by a table of keys and members.

#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/yaml.h"

namespace ridgeline::catalog {

/// A key and the member that takes its value: a whole number or true/false.
template <class Struct>
struct Field {
  std::string_view key;
  std::variant<unsigned Struct::*, bool Struct::*> member;
};

/// Reads the keys that are there; refuses any that is neither a field nor in `others`.
template <class Struct>
Status read_fields(const YamlNode& map, const std::vector<Field<Struct>>& fields,
                   const std::vector<std::string_view>& others, Struct& into) {
  std::vector<std::string_view> known = others;
  for (const auto& field : fields) known.push_back(field.key);
  RIDGELINE_CHECK(map.only_keys(known));
  for (const auto& field : fields) {
    const auto node = map.find(field.key);
    if (!node) continue;
    if (const auto number = std::get_if<unsigned Struct::*>(&field.member)) {
      RIDGELINE_TRY(value, node->as_count());
      into.*(*number) = value;
    } else {
      RIDGELINE_TRY(value, node->as_bool());
      into.*(std::get<bool Struct::*>(field.member)) = value;
    }
  }
  return Status::success();
}

/// A whole number of at least 1.
Result<unsigned> positive_count(const YamlNode&);
/// An error unless every one of these keys is there with a whole number of at least 1.
Status require_positive(const YamlNode& map, std::initializer_list<std::string_view> keys);
/// A list of whole numbers of at least 1, with at least one item.
Result<std::vector<unsigned>> positive_counts(const YamlNode&);
/// The error at `map.key` if the key is there, else at `map`.
Error error_at(const YamlNode& map, std::string_view key, std::string_view message);

}  // namespace ridgeline::catalog
