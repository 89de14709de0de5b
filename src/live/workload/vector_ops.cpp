#include "live/workload/vector_ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "live/workload/kernels.h"

namespace ridgeline::live {
void norm(std::size_t rows, std::size_t width, const float* x, const NormWeights& w, float* y) {
#pragma omp parallel for schedule(static)
  for (std::int64_t row = 0; row < static_cast<std::int64_t>(rows); ++row) {
    const std::size_t at = static_cast<std::size_t>(row) * width;
    kernels().norm_row(width, x + at, w.weight, w.bias, y + at);
  }
}

void silu_mul(std::size_t rows, std::size_t width, const float* x, float* y) {
#pragma omp parallel for schedule(static)
  for (std::int64_t row = 0; row < static_cast<std::int64_t>(rows); ++row) {
    const std::size_t r = static_cast<std::size_t>(row);
    kernels().silu_row(width, x + 2 * r * width, x + (2 * r + 1) * width, y + r * width);
  }
}

void embed(std::span<const std::uint32_t> tokens, std::size_t new_tokens, std::size_t past_tokens,
           std::size_t width, const EmbeddingTables& tables, float* y) {
#pragma omp parallel for schedule(static)
  for (std::int64_t row = 0; row < static_cast<std::int64_t>(tokens.size()); ++row) {
    const std::size_t r = static_cast<std::size_t>(row);
    float* const out = y + r * width;
    std::memcpy(out, tables.tokens + tokens[r] * width, width * sizeof(float));
    if (tables.positions != nullptr)
      kernels().add_row(width, tables.positions + (past_tokens + r % new_tokens) * width, out);
    if (tables.types != nullptr) kernels().add_row(width, tables.types, out);
  }
}

void fill_rotary(std::size_t count, std::size_t dim, float* table) {
  const std::size_t half = dim / 2;
  for (std::size_t p = 0; p < count; ++p)
    for (std::size_t i = 0; i < half; ++i) {
      const double turn = std::pow(10000.0, -static_cast<double>(i) / static_cast<double>(half));
      const double angle = static_cast<double>(p) * turn;
      table[p * dim + i] = static_cast<float>(std::cos(angle));
      table[p * dim + half + i] = static_cast<float>(std::sin(angle));
    }
}

void rope_append(const AttentionShape& shape, const AppendOperands& x) {
  const std::size_t dim = shape.head_dim;
  const std::size_t row_width = (shape.heads + 2 * shape.kv_heads) * dim;
  const auto rows = static_cast<std::int64_t>(shape.sequences * shape.new_tokens);
#pragma omp parallel for schedule(static)
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::size_t s = static_cast<std::size_t>(row) / shape.new_tokens;
    const std::size_t token = static_cast<std::size_t>(row) % shape.new_tokens;
    const std::size_t position = shape.past_tokens + token;
    const float* const turn = x.rotary != nullptr ? x.rotary + position * dim : nullptr;
    const float* in = x.qkv + static_cast<std::size_t>(row) * row_width;
    for (std::size_t h = 0; h < shape.heads; ++h, in += dim)
      kernels().rotate_head(dim, in, turn, x.queries.at(s, h, token));
    for (std::size_t h = 0; h < shape.kv_heads; ++h, in += dim)
      kernels().rotate_head(dim, in, turn, x.keys.at(s, h, position));
    for (std::size_t h = 0; h < shape.kv_heads; ++h, in += dim)
      kernels().rotate_head(dim, in, nullptr, x.values.at(s, h, position));
  }
}

std::uint32_t argmax(std::span<const float> x) {
  return static_cast<std::uint32_t>(std::max_element(x.begin(), x.end()) - x.begin());
}

}  // namespace ridgeline::live
