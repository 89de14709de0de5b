#pragma once
// Runs a dense transformer: an encoder in one pass, a decoder with a real KV cache and greedy generation.
// Each operator of docs/lowering.md is one call here, under the same name.

#include <memory>
#include <span>
#include <vector>

#include "live/workload/product.h"
#include "live/workload/transformer_weights.h"
#include "ridgeline/measurement.h"

namespace ridgeline::live {

class TransformerWorkload final : public Workload {
 public:
  /// prompt_tokens is the sequence length; output_tokens 0 means one pass and nothing generated.
  static Result<std::unique_ptr<TransformerWorkload>> make(const Transformer&, const WorkloadOptions&);

  std::uint32_t max_batch() const override { return options_.max_batch; }
  std::uint32_t tokens_per_sample() const override { return options_.output_tokens; }
  void run(std::uint32_t batch, const std::function<void()>& on_first_token) override;
  std::vector<std::vector<ExecutedOp>> trace(std::uint32_t batch) override;

  const Transformer& shape() const { return shape_; }
  const TransformerWeights& weights() const { return weights_; }
  /// Tokens of all prompts, max_batch x prompt_tokens; synthetic until set.
  std::span<std::uint32_t> prompts() { return prompts_; }
  /// Of the last run: a row a sequence, output_tokens each.
  const std::vector<std::uint32_t>& generated() const { return generated_; }
  /// Of the last pass: hidden states (a row a token, after the final norm if there is one), logits, pooled
  /// output and class scores (a row a sequence), as far as the model has them.
  const float* hidden() const { return shape_.final_norm ? normed_.get() : stream_.get(); }
  const float* logits() const { return logits_.get(); }
  const float* pooled() const { return pooled_.get(); }
  const float* scores() const { return scores_.get(); }

 private:
  TransformerWorkload(const Transformer&, const WorkloadOptions&);
  void allocate();
  void generate(std::uint32_t batch, const std::function<void()>& on_first_token, Recorder*);
  void pick_tokens(std::uint32_t batch, std::uint32_t step);

  /// One pass over `tokens`: a batch of sequences with new and past tokens. Records if asked.
  void pass(const AttentionShape&, std::span<const std::uint32_t> tokens, Recorder*);
  void attend(const AttentionShape&, std::size_t layer, Recorder*);
  void feed_forward(std::size_t rows, const TransformerWeights::Layer&, Recorder*);
  void heads(const AttentionShape&, Recorder*);
  void norm_rows(const char* name, std::size_t rows, const NormWeights&, const float* x, float* y, Recorder*);
  HeadLayout<float> cache(std::size_t layer, std::size_t keys_or_values) const;

  Transformer shape_;
  WorkloadOptions options_;
  Runtime runtime_;
  TransformerWeights weights_;
  Product qkv_, attention_out_, ffn_up_, ffn_down_, lm_head_, pooler_, classifier_;

  std::size_t capacity_ = 0;  ///< tokens of one sequence that the cache holds
  Floats cache_;              ///< [layer][keys, values][sequence][kv head][token][head_dim]
  Floats rotary_;
  Floats stream_, normed_, qkv_rows_, queries_, context_, up_rows_, activated_;  ///< a row a token
  Floats logits_, pooled_, scores_;                                              ///< a row a sequence
  std::vector<std::uint32_t> prompts_, generated_, next_;
};

}  // namespace ridgeline::live
