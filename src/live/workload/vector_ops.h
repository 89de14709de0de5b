#pragma once
// What a transformer does between its products, fp32, on the calling thread's OpenMP team.

#include <cstddef>
#include <cstdint>
#include <span>

#include "live/workload/attention.h"

namespace ridgeline::live {

/// One norm's parameters: RMSNorm without `bias`, LayerNorm with.
struct NormWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;
};
/// y = norm(x) for each of `rows` rows; x and y may be the same.
void norm(std::size_t rows, std::size_t width, const float* x, const NormWeights&, float* y);

/// y[i][j] = silu(x[i][j]) x[i][width + j]: rows of x hold gate and up side by side.
void silu_mul(std::size_t rows, std::size_t width, const float* x, float* y);

struct EmbeddingTables {
  const float* tokens = nullptr;
  const float* positions = nullptr;  ///< may be null
  const float* types = nullptr;      ///< may be null; every token is of type 0
};
/// Rows `tokens`, in sequences of `new_tokens` that start at position `past_tokens`.
void embed(std::span<const std::uint32_t> tokens, std::size_t new_tokens, std::size_t past_tokens,
           std::size_t width, const EmbeddingTables&, float* y);

/// Cosines and sines of rotary embedding (base 10,000) for positions 0..count-1: [position][2][dim / 2].
void fill_rotary(std::size_t count, std::size_t dim, float* table);

/// Splits rows of query, key and value heads: queries into `queries`, keys and values behind the past_tokens
/// in the cache. Queries and keys are rotated unless `rotary` is null.
struct AppendOperands {
  const float* qkv;
  HeadLayout<float> queries, keys, values;
  const float* rotary;
};
void rope_append(const AttentionShape&, const AppendOperands&);

/// Index of the first largest value.
std::uint32_t argmax(std::span<const float>);

}  // namespace ridgeline::live
