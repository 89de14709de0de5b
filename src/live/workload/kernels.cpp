#include "live/workload/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// The same text compiled once for each instruction set. Function multiversioning cannot do this: g++ takes
// vector types apart for the base instruction set before it makes the clones. Nothing here decides a random
// sample or the order of events, so multiply and add may fuse.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // no Vec crosses a call
#pragma GCC push_options
#pragma GCC optimize("fp-contract=fast")
#else
#pragma clang fp contract(fast)
#endif

#define RIDGELINE_KERNELS(label) \
  Kernels { label, attend_head, multiply_rows, norm_row, silu_row, add_row, rotate_head }

#define RIDGELINE_LANES 8
namespace ridgeline::live::baseline {
namespace {
#include "live/workload/kernels.inl"
}  // namespace
Kernels table() { return RIDGELINE_KERNELS("baseline"); }
}  // namespace ridgeline::live::baseline

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
namespace ridgeline::live::v3 {
namespace {
#include "live/workload/kernels.inl"
}  // namespace
Kernels table() { return RIDGELINE_KERNELS("x86-64-v3"); }
}  // namespace ridgeline::live::v3
#pragma GCC pop_options

#undef RIDGELINE_LANES
#define RIDGELINE_LANES 16
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
namespace ridgeline::live::v4 {
namespace {
#include "live/workload/kernels.inl"
}  // namespace
Kernels table() { return RIDGELINE_KERNELS("x86-64-v4"); }
}  // namespace ridgeline::live::v4
#pragma GCC pop_options
#endif
#undef RIDGELINE_LANES

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif

namespace ridgeline::live {

std::vector<Kernels> runnable_kernels() {
  std::vector<Kernels> found = {baseline::table()};
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  if (__builtin_cpu_supports("x86-64-v3")) found.push_back(v3::table());
  if (__builtin_cpu_supports("x86-64-v4")) found.push_back(v4::table());
#endif
  return found;
}

const Kernels& kernels() {
  static const Kernels best = runnable_kernels().back();
  return best;
}

}  // namespace ridgeline::live
