#pragma once
// The inner loops of this folder, compiled for several instruction sets; the best of them is chosen once.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ridgeline::live {

/// One query head of one sequence, with its strides in floats. With causality query i sees past + i + 1 keys.
struct AttentionHead {
  const float *queries, *keys, *values;
  float* output;
  std::size_t query_stride, key_stride, value_stride, output_stride;
  std::size_t new_tokens, past_tokens, dim;
  bool causal;
  std::size_t visible(std::size_t query) const { return past_tokens + (causal ? query + 1 : new_tokens); }
};
/// A thread's own memory between heads.
struct AttentionScratch {
  std::vector<float> panels, scores, queries;
};

/// dst[i][j] (stride n) (+)= sum over l of src[i][l] weights[j][l].
struct FewRows {
  std::size_t n, k;
  const float* src;
  std::size_t src_stride;
  const float* weights;
  bool add;
  float* dst;
};

struct Kernels {
  std::string_view name;  ///< "baseline", "x86-64-v3", "x86-64-v4"
  /// Returns the (query, key) pairs computed.
  std::uint64_t (*attend_head)(const AttentionHead&, AttentionScratch&);
  /// Columns begin..end-1 of m rows, 1 <= m <= 8.
  void (*multiply_rows)(std::size_t m, const FewRows&, std::size_t begin, std::size_t end);
  /// RMSNorm, or with a bias LayerNorm. y may be x.
  void (*norm_row)(std::size_t n, const float* x, const float* weight, const float* bias, float* y);
  void (*silu_row)(std::size_t n, const float* gate, const float* up, float* y);
  void (*add_row)(std::size_t n, const float* x, float* y);
  /// Rotary embedding by cosines, then sines (dim / 2 each); null copies.
  void (*rotate_head)(std::size_t dim, const float* x, const float* cosine_sine, float* y);
};
/// All that this processor can run, the best last.
std::vector<Kernels> runnable_kernels();
const Kernels& kernels();

}  // namespace ridgeline::live
