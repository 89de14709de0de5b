#pragma once
// Placeholders: "{name}" in texts, commands and numbers of a lab. "{{" and "}}" are braces.

#include <functional>
#include <set>
#include <string>

#include "ridgeline/result.h"

namespace ridgeline::lab {

/// How a placeholder's value is written.
enum class Use {
  text,     ///< for people: "10 ms"
  command,  ///< as a flag takes it: "10ms"
  number,   ///< SI: "0.01"
};

/// What a name stands for; an error without a place.
using ValueOf = std::function<Result<std::string>(const std::string& name, Use)>;

/// Fills every placeholder, and makes braces of doubled ones.
Result<std::string> fill(const std::string& text, const ValueOf&, Use);
/// Fills those that are not in `kept`, which another fill() does: what is doubled stays doubled, and braces
/// in values become so.
Result<std::string> fill_but(const std::set<std::string>& kept, const std::string& text, const ValueOf&, Use);

}  // namespace ridgeline::lab
