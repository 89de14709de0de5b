// All kernels, for one instruction set. Included by kernels.cpp only, inside a namespace.

// clang-format off: the first of these is what the others are written in
#include "live/workload/simd.inl"
#include "live/workload/attention.inl"
#include "live/workload/few_rows.inl"
#include "live/workload/rows.inl"
// clang-format on
