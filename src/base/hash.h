#pragma once
// FNV-1a, 64 bits: tells texts apart that nobody forged.

#include <cstdint>
#include <string>
#include <string_view>

namespace ridgeline {

std::uint64_t fnv1a(std::string_view bytes);
/// The same as 16 hexadecimal digits.
std::string fnv1a_hex(std::string_view bytes);

}  // namespace ridgeline
