#pragma once
#include <optional>
#include <string_view>

namespace ridgeline {

/// The text as a finite decimal number, "-1.5e3"; absent when it is not one: blanks, hexadecimal, "nan",
/// "inf".
std::optional<double> parse_number(std::string_view);

}  // namespace ridgeline
