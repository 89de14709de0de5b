#include "live/workload/few_rows.h"

#include <omp.h>

#include <algorithm>

#include "live/workload/kernels.h"

namespace ridgeline::live {

void few_rows(std::size_t m, std::size_t n, std::size_t k, const float* src, std::size_t src_stride,
              const float* weights, Write write, float* dst) {
  const FewRows x{n, k, src, src_stride, weights, write == Write::add, dst};
#pragma omp parallel
  {
    constexpr std::size_t grain = 16;  // columns: a cache line of the output belongs to one thread
    const auto threads = static_cast<std::size_t>(omp_get_num_threads());
    const std::size_t share = ((n + threads - 1) / threads + grain - 1) / grain * grain;
    const std::size_t begin = std::min(n, share * static_cast<std::size_t>(omp_get_thread_num()));
    kernels().multiply_rows(m, x, begin, std::min(n, begin + share));
  }
}

}  // namespace ridgeline::live
