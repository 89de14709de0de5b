#include "base/number.h"

#include <cmath>
#include <cstdlib>
#include <string>

namespace ridgeline {

std::optional<double> parse_number(std::string_view text) {
  const bool decimal = text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  if (text.empty() || !decimal || text.front() == '+') return std::nullopt;
  // The browser's compiler has no from_chars of a double.
  const std::string terminated(text);
  char* rest = nullptr;
  const double value = std::strtod(terminated.c_str(), &rest);
  if (*rest != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace ridgeline
