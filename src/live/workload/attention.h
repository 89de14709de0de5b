#pragma once
// Scaled dot-product attention on the CPU, fp32: softmax(q k^T / sqrt(d)) v for each head of each sequence.

#include <cstddef>
#include <cstdint>

namespace ridgeline::live {

/// `new_tokens` queries a sequence over past + new keys. With causality query i sees past + i + 1 keys.
/// Query heads share key/value heads in groups of heads / kv_heads.
struct AttentionShape {
  std::size_t sequences = 1, new_tokens = 1, past_tokens = 0;
  std::size_t heads = 1, kv_heads = 1, head_dim = 64;
  bool causal = false;
  std::size_t keys() const { return past_tokens + new_tokens; }
};

/// Where a vector of head_dim consecutive floats lies: base + sequence, head and token strides, in floats.
template <class T>
struct HeadLayout {
  T* base = nullptr;
  std::size_t sequence_stride = 0, head_stride = 0, token_stride = 0;
  T* at(std::size_t sequence, std::size_t head, std::size_t token) const {
    return base + sequence * sequence_stride + head * head_stride + token * token_stride;
  }
};

struct AttentionOperands {
  HeadLayout<const float> queries{}, keys{}, values{};
  HeadLayout<float> output{};
};

/// Computes exactly the visible pairs, on the calling thread's OpenMP team (one task a head of a sequence).
/// Returns the (query, key) pairs computed over all heads: 4 head_dim FLOPs each.
/// Requires heads % kv_heads == 0, and an output that overlaps no input.
std::uint64_t attention(const AttentionShape&, const AttentionOperands&);

}  // namespace ridgeline::live
