#pragma once
// Fields of a JSON document that others wrote, with errors that name file and key.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "ridgeline/result.h"

namespace ridgeline::formats {

using Json = nlohmann::json;

/// The value at a path of keys, or nullptr where one is missing, null, or of no object.
const Json* find(const Json& json, std::initializer_list<const char*> keys);
/// A number, or absent; text that says a number ("10.0") counts as one.
std::optional<double> number(const Json& json, std::initializer_list<const char*> keys);
std::optional<std::uint32_t> count(const Json& json, std::initializer_list<const char*> keys);
std::string text(const Json& json, std::initializer_list<const char*> keys);
/// An array, or an error that names file and key.
Result<const Json*> array(const Json& json, const std::string& path, const char* key);

}  // namespace ridgeline::formats
