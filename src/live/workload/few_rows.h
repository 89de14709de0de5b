#pragma once
// The product of a few rows with a big matrix, as decoding needs it: the time is that of reading the matrix.

#include <cstddef>

namespace ridgeline::live {

/// Most rows few_rows takes. oneDNN 2.6 without AVX-512 repacks the matrix in every call when it has 2 rows
/// or more, and then reaches a quarter of the memory bandwidth; beyond this its blocking wins.
inline constexpr std::size_t most_few_rows = 8;

enum class Write { replace, add };

/// dst[i][j] (stride n) becomes, or grows by, the sum over l of src[i][l] weights[j][l], for i < m, j < n, l
/// < k, on the calling thread's OpenMP team. Requires 1 <= m <= most_few_rows.
void few_rows(std::size_t m, std::size_t n, std::size_t k, const float* src, std::size_t src_stride,
              const float* weights, Write, float* dst);

}  // namespace ridgeline::live
