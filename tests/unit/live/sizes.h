#pragma once

namespace ridgeline {

inline constexpr double kib = 1024, mib = 1024 * kib, gib = 1024 * mib;

}  // namespace ridgeline
