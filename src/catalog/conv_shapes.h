#pragma once
// Shapes in a convolutional net: what a row makes of what it reads.

#include <string>
#include <vector>

#include "catalog/architectures.h"

namespace ridgeline::catalog {

/// "64 x 56 x 56".
std::string show(Shape);

/// The output of `layer` reading `inputs`. The error says what does not fit, without its place.
Result<Shape> output_shape(const ConvLayer& layer, const std::vector<Shape>& inputs);

}  // namespace ridgeline::catalog
