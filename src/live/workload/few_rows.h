#pragma once
// The product of a few rows with a big matrix, as decoding needs it: the time is that of reading the matrix.

#include <cstddef>

namespace ridgeline::live {

/// Most rows few_rows takes. oneDNN 2.6 without AVX-512 packs the matrix anew in every call with 2 rows or
/// more: a decode pass of a 110 M model takes it 1.3, 1.5, 1.1 and 1.2 times as long at 1, 2, 4 and 8 rows.
/// Beyond that its blocking wins.
inline constexpr std::size_t most_few_rows = 8;

enum class Write { replace, add };

/// dst[i][j] (stride n) becomes, or grows by, the sum over l of src[i][l] weights[j][l], for i < m, j < n, l
/// < k, on the calling thread's OpenMP team. Requires 1 <= m <= most_few_rows.
void few_rows(std::size_t m, std::size_t n, std::size_t k, const float* src, std::size_t src_stride,
              const float* weights, Write, float* dst);

}  // namespace ridgeline::live
