#pragma once
// Samplers beyond RandomStream's own, portable to the last bit.

#include <cstdint>

#include "base/random.h"

namespace ridgeline::load {

/// Gamma with this shape and scale 1 (Marsaglia and Tsang, 2000). Requires shape > 0.
double sample_gamma(RandomStream&, double shape);

/// Lognormal with this mean and coefficient of variation. Requires mean > 0 and cv >= 0.
double sample_lognormal(RandomStream&, double mean, double cv);

/// sin(2 pi x), absolute error below 1e-14. Requires |x| < 2^52.
double sine_of_turns(double x);

}  // namespace ridgeline::load
