#include "live/workload/transformer_weights.h"

#include <fmt/format.h>

#include <cmath>

namespace ridgeline::live {

/// Draws each tensor from its own stream. Products keep the scale of the signal (variance 1 / inputs).
class WeightMaker {
 public:
  WeightMaker(const Transformer& shape, std::uint64_t seed, TransformerWeights& out)
      : shape_(shape), seed_(seed), out_(out) {}

  const float* table(const std::string& name, std::size_t rows, float deviation) {
    return rows == 0 ? nullptr : tensor(name, rows * shape_.hidden, deviation);
  }
  NormWeights norm(const std::string& name) {
    const std::size_t h = shape_.hidden;
    float* const weight = tensor(name + ".weight", h, small);
    for (std::size_t i = 0; i < h; ++i) weight[i] += 1.0F;
    return {weight, shape_.norm_bias ? tensor(name + ".bias", h, small) : nullptr};
  }
  enum class Bias { absent, present };
  static Bias bias_if(bool present) { return present ? Bias::present : Bias::absent; }
  const float* matrix(const std::string& name, std::size_t n, std::size_t k) {
    return tensor(name + ".weight", n * k, 1.0F / std::sqrt(static_cast<float>(k)));
  }
  const float* bias(const std::string& name, std::size_t n) { return tensor(name + ".bias", n, small); }
  ProductWeights product(const std::string& name, std::size_t n, std::size_t k, Bias wanted) {
    return {matrix(name, n, k), wanted == Bias::present ? bias(name, n) : nullptr};
  }
  TransformerWeights::Layer layer(std::size_t index) {
    const std::string at = fmt::format("layers.{}.", index);
    const std::size_t queries = std::size_t{shape_.heads} * shape_.head_dim;
    const std::size_t keys = std::size_t{shape_.kv_heads} * shape_.head_dim;
    const std::size_t up = std::size_t{shape_.ffn} * (shape_.gated_ffn ? 2 : 1);
    return {
        .attention_norm = norm(at + "attention_norm"),
        .ffn_norm = norm(at + "ffn_norm"),
        .qkv = product(at + "qkv", queries + 2 * keys, shape_.hidden, bias_if(shape_.qkv_bias)),
        .attention_out = product(at + "attention_out", shape_.hidden, queries, bias_if(shape_.output_bias)),
        .ffn_up = product(at + "ffn_up", up, shape_.hidden, bias_if(shape_.ffn_bias)),
        .ffn_down = product(at + "ffn_down", shape_.hidden, shape_.ffn, bias_if(shape_.ffn_bias))};
  }

 private:
  static constexpr float small = 0.1F;

  float* tensor(const std::string& name, std::size_t count, float deviation) {
    out_.storage_.push_back(live::synthetic(seed_, name, deviation, count));
    return out_.storage_.back().get();
  }

  const Transformer& shape_;
  std::uint64_t seed_;
  TransformerWeights& out_;
};

TransformerWeights TransformerWeights::synthetic(const Transformer& shape, std::uint64_t seed) {
  TransformerWeights w;
  WeightMaker make(shape, seed, w);
  w.embedding = {.tokens = make.table("embedding.tokens", shape.vocab, 1.0F),
                 .positions = make.table("embedding.positions", shape.positions, 0.1F),
                 .types = make.table("embedding.types", shape.token_types, 0.1F)};
  if (shape.embedding_norm) w.embedding_norm = make.norm("embedding_norm");
  for (std::size_t i = 0; i < shape.layers; ++i) w.layers.push_back(make.layer(i));
  if (shape.final_norm) w.final_norm = make.norm("final_norm");
  if (shape.lm_head) {
    w.lm_head.weight =
        shape.tied_embeddings ? w.embedding.tokens : make.matrix("lm_head", shape.vocab, shape.hidden);
    if (shape.head_bias) w.lm_head.bias = make.bias("lm_head", shape.vocab);
  }
  if (shape.pooler) w.pooler = make.product("pooler", shape.hidden, shape.hidden, WeightMaker::Bias::present);
  if (shape.classes > 0)
    w.classifier = make.product("classifier", shape.classes, shape.hidden, WeightMaker::Bias::present);
  return w;
}

}  // namespace ridgeline::live
