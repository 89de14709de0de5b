#pragma once
// What a result rests on: the values that it used, by how well they are known.

#include <string>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {

/// By kind, the weakest first; those of a kind keep their order, and the second of two equal ones goes.
std::vector<Input> weakest_first(std::vector<Input>);
/// "rests on 3 assumed, 5 fitted, 12 datasheet values": the weakest kind first; of none "rests on no values".
std::string rests_on(const std::vector<Input>&);

/// Of a comparison: what only one side used, or used with another value, has the side before its name:
/// "baseline.hardware.memory.bandwidth".
std::vector<Input> of_both_sides(const std::vector<Input>& baseline, const std::vector<Input>& proposal);
/// What a serving engine adds to the passes (ServingCoefficients); Profile::inputs are without them.
std::vector<Input> serving_inputs(const Calibration&);

}  // namespace ridgeline
