#include "formats/json_fields.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/number.h"
#include "formats/figures.h"

namespace ridgeline::formats {

const Json* find(const Json& json, std::initializer_list<const char*> keys) {
  const Json* at = &json;
  for (const char* key : keys) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end() || found->is_null()) return nullptr;
    at = &*found;
  }
  return at;
}

std::optional<double> number(const Json& json, std::initializer_list<const char*> keys) {
  const Json* value = find(json, keys);
  if (!value) return std::nullopt;
  if (value->is_string()) return parse_number(value->get<std::string>());
  if (!value->is_number()) return std::nullopt;
  const auto n = value->get<double>();
  return std::isfinite(n) ? std::optional(n) : std::nullopt;
}

std::optional<std::uint32_t> count(const Json& json, std::initializer_list<const char*> keys) {
  const auto value = number(json, keys);
  if (!value || *value < 0 || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::string text(const Json& json, std::initializer_list<const char*> keys) {
  const Json* value = find(json, keys);
  return value && value->is_string() ? value->get<std::string>() : "";
}

Result<const Json*> array(const Json& json, const std::string& path, const char* key) {
  const Json* value = find(json, {key});
  if (value && value->is_array()) return value;
  return bad_input(fmt::format("{}: {} is {}; must be a list", path, key, value ? "no list" : "missing"));
}

}  // namespace ridgeline::formats
