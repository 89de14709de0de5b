#pragma once
#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// bad_input on an efficiency outside (0, 1] or a time that is negative, infinite or not a number.
Status validate(const Calibration&);

}  // namespace ridgeline::engine
