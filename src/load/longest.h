#pragma once
#include "ridgeline/units.h"

namespace ridgeline::load {

/// Of any time that a user gives: 32 years, which keeps every time inside 63 bits of nanoseconds.
inline constexpr Seconds longest{1e9};

}  // namespace ridgeline::load
