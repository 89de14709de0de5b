#pragma once
// For times of the closed forms against an independent implementation of the same formulas (Python, numpy).
// Coefficients are typed in, so that a new fit changes nothing in these tests.

#include "devices.h"
#include "ridgeline/kernels.h"

namespace ridgeline {

template <class Shape, class Coefficients>
double microseconds_of(const Shape& shape, const Hardware& hardware, const Coefficients& c,
                       KernelSetting setting) {
  const auto time = kernel_time(shape, hardware, c, setting);
  return time ? time->value() * 1e6 : -1;
}

}  // namespace ridgeline
