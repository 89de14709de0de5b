#pragma once
// The library's kernels of each class that the built-in workloads use, at shapes that span what such models
// ask for but are not theirs.

#include "live/probe/measure.h"

namespace ridgeline::live {

struct KernelRates {
  std::optional<MeasuredRate> gemm, conv, attention;
  std::vector<ProductRate> products;
  std::vector<std::string> warnings;  ///< a kernel that the library would not run
};

/// Measurements that measure_kernels takes from its Patience.
extern const unsigned kernel_measurements;

/// Runs on the library's own team of cpus.size() threads, member i pinned to cpus[i]. Uses a thread of its
/// own, so that neither the team nor the pinning outlives the call. The matrices of products take
/// `beyond_caches` together, and are gone through in turn.
KernelRates measure_kernels(const std::vector<int>& cpus, Bytes beyond_caches, Patience&);

/// Time of one primitive on almost no data (a 1 x 16 x 16 product), one thread on `cpu`. Errors: unavailable,
/// when the library refuses.
Result<Seconds> measure_operator_launch(int cpu, Seconds patience);

}  // namespace ridgeline::live
