#pragma once
#include <string>

namespace ridgeline {

enum class Rounding { nearest, down, up };
/// At least two significant digits: "16", "8.0", "-0.31", "0". Down and up are towards the infinities.
std::string two_digits(double, Rounding = Rounding::nearest);

}  // namespace ridgeline
