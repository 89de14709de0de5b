#pragma once
// What a kernel format means in bytes and peaks.

#include "ridgeline/kernels.h"

namespace ridgeline::kernels {

struct FormatBytes {
  Precision peak = Precision::bf16;
  double activation = 2, weight = 2;  ///< bytes a value, scales included
  bool quantises = false;             ///< a pass over 16-bit activations comes first
};
/// Of a matrix product. int4 weights have a scale a channel there, and one for 32 values in experts.
FormatBytes gemm_bytes(KernelFormat);
FormatBytes moe_bytes(KernelFormat);

}  // namespace ridgeline::kernels
