#pragma once
// The synthetic parameters of a transformer, allocated once and laid out as the products want them.

#include <cstdint>
#include <vector>

#include "live/workload/product.h"
#include "live/workload/vector_ops.h"
#include "ridgeline/catalog.h"

namespace ridgeline::live {

struct TransformerWeights {
  struct Layer {
    NormWeights attention_norm, ffn_norm;  ///< ahead of attention and FFN, or after them (post_norm)
    ProductWeights qkv, attention_out, ffn_up, ffn_down;  ///< ffn_up: all gates, then all ups
  };
  EmbeddingTables embedding;
  NormWeights embedding_norm, final_norm;
  std::vector<Layer> layers;
  ProductWeights lm_head, pooler, classifier;

  /// Throws std::bad_alloc. The shape's zero defaults must be filled in (kv_heads, head_dim).
  static TransformerWeights synthetic(const Transformer&, std::uint64_t seed);

 private:
  std::vector<Floats> storage_;
  friend class WeightMaker;
};

}  // namespace ridgeline::live
