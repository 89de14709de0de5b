#include "live/workload/transformer.h"

#include <fmt/format.h>

#include "base/random.h"

namespace ridgeline::live {
namespace {

Status check_supported(const Transformer& t) {
  const auto missing = [](const char* what) { return unavailable(fmt::format("no executor for {}", what)); };
  if (t.moe) return missing("mixture of experts");
  if (t.mla) return missing("latent attention (mla)");
  if (t.qk_norm) return missing("qk_norm");
  if (t.norms_per_layer != 2) return missing("norms_per_layer other than 2");
  if (t.cross_attention > 0) return missing("cross_attention");
  if (t.sliding_window > 0) return missing("sliding_window");
  if (t.vocab == 0 || t.patch_inputs > 0) return missing("patch embeddings (a vocabulary is needed)");
  return Status::success();
}

Status check_sizes(const Transformer& t, const WorkloadOptions& o) {
  if (t.layers == 0 || t.hidden == 0 || t.heads == 0 || t.ffn == 0)
    return bad_input("layers, hidden, heads and ffn must be positive");
  if (t.heads % t.kv_heads != 0)
    return bad_input(fmt::format("{} heads cannot share {} kv_heads evenly", t.heads, t.kv_heads));
  if (t.causal && t.positions == 0 && t.head_dim % 2 != 0)
    return bad_input(fmt::format("rotary embedding needs an even head_dim, not {}", t.head_dim));
  if (o.prompt_tokens == 0)
    return bad_input("prompt_tokens must be given: the model has no default_sequence");
  if (o.output_tokens > 0 && !(t.causal && t.lm_head))
    return bad_input("the model does not generate: output_tokens must be 0");
  const std::uint32_t longest = o.prompt_tokens + (o.output_tokens > 0 ? o.output_tokens - 1 : 0);
  if (t.positions > 0 && longest > t.positions)
    return bad_input(fmt::format("{} tokens, but the model has {} positions", longest, t.positions));
  return Status::success();
}

Transformer with_defaults(Transformer t) {
  if (t.kv_heads == 0) t.kv_heads = t.heads;
  if (t.head_dim == 0 && t.heads > 0) t.head_dim = t.hidden / t.heads;
  return t;
}

std::size_t query_width(const Transformer& t) { return std::size_t{t.heads} * t.head_dim; }
std::size_t key_width(const Transformer& t) { return std::size_t{t.kv_heads} * t.head_dim; }
std::size_t qkv_width(const Transformer& t) { return query_width(t) + 2 * key_width(t); }
std::size_t up_width(const Transformer& t) { return std::size_t{t.ffn} * (t.gated_ffn ? 2 : 1); }

/// Values that an operator without products reads and writes.
struct Traffic {
  std::size_t weights = 0, activations = 0, kv_cache = 0;
};
void record(Recorder* recorder, const char* name, const char* kind, const Traffic& values, Flops flops = {}) {
  if (recorder == nullptr) return;
  ExecutedOp op;
  op.name = name;
  op.kind = kind;
  op.flops = flops;
  op.weights = fp32_bytes(static_cast<double>(values.weights));
  op.activations = fp32_bytes(static_cast<double>(values.activations));
  op.kv_cache = fp32_bytes(static_cast<double>(values.kv_cache));
  recorder->add(std::move(op));
}

/// Rows of [queries | keys | values], seen head by head.
template <class T>
HeadLayout<T> rows_as_heads(T* base, std::size_t new_tokens, std::size_t row, std::size_t dim) {
  return {base, new_tokens * row, dim, row};
}

AttentionShape attention_shape(const Transformer& t, std::size_t batch, std::size_t new_tokens,
                               std::size_t past) {
  return {.sequences = batch,
          .new_tokens = new_tokens,
          .past_tokens = past,
          .heads = t.heads,
          .kv_heads = t.kv_heads,
          .head_dim = t.head_dim,
          .causal = t.causal};
}

}  // namespace

Result<std::unique_ptr<TransformerWorkload>> TransformerWorkload::make(const Transformer& given,
                                                                       const WorkloadOptions& options) {
  const Transformer shape = with_defaults(given);
  RIDGELINE_CHECK(check_supported(shape));
  RIDGELINE_CHECK(check_sizes(shape, options));
  const ComputeScope scope(options.threads);
  return std::unique_ptr<TransformerWorkload>(new TransformerWorkload(shape, options));
}

TransformerWorkload::TransformerWorkload(const Transformer& shape, const WorkloadOptions& options)
    : shape_(shape),
      options_(options),
      weights_(TransformerWeights::synthetic(shape, options.seed)),
      qkv_("qkv", {.n = qkv_width(shape), .k = shape.hidden, .bias = shape.qkv_bias}),
      attention_out_(
          "attn_out",
          {.n = shape.hidden, .k = query_width(shape), .bias = shape.output_bias, .fused = Fused::residual}),
      ffn_up_("ffn_up", {.n = up_width(shape),
                         .k = shape.hidden,
                         .bias = shape.ffn_bias,
                         .fused = shape.gated_ffn ? Fused::nothing : Fused::gelu}),
      ffn_down_("ffn_down",
                {.n = shape.hidden, .k = shape.ffn, .bias = shape.ffn_bias, .fused = Fused::residual}),
      lm_head_("lm_head", {.n = shape.vocab, .k = shape.hidden, .bias = shape.head_bias}),
      pooler_("pooler", {.n = shape.hidden, .k = shape.hidden, .bias = true, .fused = Fused::tanh}),
      classifier_("classifier", {.n = shape.classes, .k = shape.hidden, .bias = true}) {
  allocate();
}

void TransformerWorkload::allocate() {
  const std::size_t batch = options_.max_batch;
  const std::size_t rows = batch * options_.prompt_tokens;
  stream_ = allocate_floats(rows * shape_.hidden);
  normed_ = allocate_floats(rows * shape_.hidden);
  qkv_rows_ = allocate_floats(rows * qkv_width(shape_));
  context_ = allocate_floats(rows * query_width(shape_));
  up_rows_ = allocate_floats(rows * up_width(shape_));
  if (shape_.gated_ffn) activated_ = allocate_floats(rows * shape_.ffn);
  if (shape_.lm_head) logits_ = allocate_floats(batch * shape_.vocab);
  if (shape_.pooler) pooled_ = allocate_floats(batch * shape_.hidden);
  if (shape_.classes > 0) scores_ = allocate_floats(batch * shape_.classes);
  if (shape_.causal) {
    capacity_ = options_.prompt_tokens + (options_.output_tokens > 0 ? options_.output_tokens - 1 : 0);
    const std::size_t cached = 2 * shape_.layers * batch * capacity_ * key_width(shape_);
    cache_ = allocate_floats(cached);
    std::fill(cache_.get(), cache_.get() + cached, 0.0F);  // touched now, not in the first run
    queries_ = allocate_floats(rows * query_width(shape_));
    if (shape_.positions == 0) {
      rotary_ = allocate_floats(capacity_ * shape_.head_dim);
      fill_rotary(capacity_, shape_.head_dim, rotary_.get());
    }
  }
  RandomStream stream(options_.seed, "prompts");
  prompts_.resize(rows);
  for (std::uint32_t& token : prompts_) token = static_cast<std::uint32_t>(stream.below(shape_.vocab));
  next_.resize(batch);
}

HeadLayout<float> TransformerWorkload::cache(std::size_t layer, std::size_t keys_or_values) const {
  const std::size_t head = capacity_ * shape_.head_dim;
  const std::size_t sequence = shape_.kv_heads * head;
  float* const base = cache_.get() + (2 * layer + keys_or_values) * options_.max_batch * sequence;
  return {base, sequence, head, shape_.head_dim};
}

void TransformerWorkload::run(std::uint32_t batch, const std::function<void()>& on_first_token) {
  generate(batch, on_first_token, nullptr);
}

std::vector<std::vector<ExecutedOp>> TransformerWorkload::trace(std::uint32_t batch) {
  Recorder recorder;
  generate(batch, {}, &recorder);
  return std::move(recorder.passes);
}

void TransformerWorkload::generate(std::uint32_t batch, const std::function<void()>& on_first_token,
                                   Recorder* recorder) {
  const ComputeScope scope(options_.threads);
  const std::size_t prompt = options_.prompt_tokens;
  generated_.assign(std::size_t{batch} * options_.output_tokens, 0);
  pass(attention_shape(shape_, batch, prompt, 0), {prompts_.data(), batch * prompt}, recorder);
  if (options_.output_tokens == 0) return;
  pick_tokens(batch, 0);
  if (on_first_token) on_first_token();
  for (std::uint32_t step = 1; step < options_.output_tokens; ++step) {
    pass(attention_shape(shape_, batch, 1, prompt + step - 1), {next_.data(), batch}, recorder);
    pick_tokens(batch, step);
  }
}

void TransformerWorkload::pick_tokens(std::uint32_t batch, std::uint32_t step) {
  for (std::size_t s = 0; s < batch; ++s) {
    next_[s] = argmax({logits_.get() + s * shape_.vocab, shape_.vocab});
    generated_[s * options_.output_tokens + step] = next_[s];
  }
}

void TransformerWorkload::norm_rows(const char* name, std::size_t rows, const NormWeights& w, const float* x,
                                    float* y, Recorder* recorder) {
  norm(rows, shape_.hidden, x, w, y);
  const std::size_t width = shape_.hidden;
  record(recorder, name, "norm",
         {.weights = width * (w.bias != nullptr ? 2 : 1), .activations = 2 * rows * width});
}

void TransformerWorkload::pass(const AttentionShape& shape, std::span<const std::uint32_t> tokens,
                               Recorder* recorder) {
  if (recorder != nullptr) recorder->begin_pass();
  const std::size_t rows = tokens.size();
  const std::size_t width = shape_.hidden;
  float* const x = stream_.get();

  embed(tokens, shape.new_tokens, shape.past_tokens, width, weights_.embedding, x);
  const std::size_t tables = 1U + (shape_.positions > 0 ? 1U : 0U) + (shape_.token_types > 0 ? 1U : 0U);
  record(recorder, "embed", "gather", {.weights = tables * rows * width, .activations = rows * width});
  if (shape_.embedding_norm) norm_rows("embed_norm", rows, weights_.embedding_norm, x, x, recorder);

  for (std::size_t i = 0; i < shape_.layers; ++i) {
    const TransformerWeights::Layer& layer = weights_.layers[i];
    const float* input = x;
    if (!shape_.post_norm) {
      norm_rows("attn_norm", rows, layer.attention_norm, x, normed_.get(), recorder);
      input = normed_.get();
    }
    qkv_.run(runtime_, rows, input, width, layer.qkv, qkv_rows_.get(), recorder);
    attend(shape, i, recorder);
    attention_out_.run(runtime_, rows, context_.get(), query_width(shape_), layer.attention_out, x, recorder);
    if (shape_.post_norm) norm_rows("attn_post_norm", rows, layer.attention_norm, x, x, recorder);
    feed_forward(rows, layer, recorder);
  }
  if (shape_.final_norm) norm_rows("final_norm", rows, weights_.final_norm, x, normed_.get(), recorder);
  heads(shape, recorder);
}

void TransformerWorkload::attend(const AttentionShape& shape, std::size_t layer, Recorder* recorder) {
  const std::size_t rows = shape.sequences * shape.new_tokens;
  const std::size_t dim = shape_.head_dim;
  const std::size_t row = qkv_width(shape_);
  const std::size_t q = query_width(shape_);
  const std::size_t kv = key_width(shape_);
  const auto output = rows_as_heads(context_.get(), shape.new_tokens, q, dim);
  AttentionOperands operands{.output = output};
  Traffic traffic{.activations = 2 * rows * q};
  if (shape.causal) {
    const auto queries = rows_as_heads(queries_.get(), shape.new_tokens, q, dim);
    const auto keys = cache(layer, 0);
    const auto values = cache(layer, 1);
    rope_append(shape, {qkv_rows_.get(), queries, keys, values, rotary_.get()});
    record(recorder, "rope_append", "vector", {.activations = rows * (row + q), .kv_cache = 2 * rows * kv});
    const auto read_only = [](const HeadLayout<float>& h) {
      return HeadLayout<const float>{h.base, h.sequence_stride, h.head_stride, h.token_stride};
    };
    operands.queries = read_only(queries);
    operands.keys = read_only(keys);
    operands.values = read_only(values);
    traffic.kv_cache = 2 * shape.sequences * shape.keys() * kv;
  } else {
    const float* const base = qkv_rows_.get();
    operands.queries = rows_as_heads(base, shape.new_tokens, row, dim);
    operands.keys = rows_as_heads(base + q, shape.new_tokens, row, dim);
    operands.values = rows_as_heads(base + q + kv, shape.new_tokens, row, dim);
    traffic.activations += 2 * rows * kv;
  }
  const auto pairs = static_cast<double>(attention(shape, operands));
  record(recorder, "attention", "attention", traffic, Flops(4 * static_cast<double>(dim) * pairs));
}

void TransformerWorkload::feed_forward(std::size_t rows, const TransformerWeights::Layer& layer,
                                       Recorder* recorder) {
  const std::size_t width = shape_.hidden;
  float* const x = stream_.get();
  const float* input = x;
  if (!shape_.post_norm) {
    norm_rows("ffn_norm", rows, layer.ffn_norm, x, normed_.get(), recorder);
    input = normed_.get();
  }
  ffn_up_.run(runtime_, rows, input, width, layer.ffn_up, up_rows_.get(), recorder);
  const float* activated = up_rows_.get();
  if (shape_.gated_ffn) {
    silu_mul(rows, shape_.ffn, up_rows_.get(), activated_.get());
    record(recorder, "ffn_act", "vector", {.activations = 3 * rows * shape_.ffn});
    activated = activated_.get();
  }
  ffn_down_.run(runtime_, rows, activated, shape_.ffn, layer.ffn_down, x, recorder);
  if (shape_.post_norm) norm_rows("ffn_post_norm", rows, layer.ffn_norm, x, x, recorder);
}

void TransformerWorkload::heads(const AttentionShape& shape, Recorder* recorder) {
  const std::size_t width = shape_.hidden;
  const std::size_t stride = shape.new_tokens * width;  // from a sequence's row to the next sequence's
  const std::size_t sequences = shape.sequences;
  if (shape_.lm_head) {
    const float* const last = hidden() + (shape.new_tokens - 1) * width;
    lm_head_.run(runtime_, sequences, last, stride, weights_.lm_head, logits_.get(), recorder);
  }
  if (shape_.pooler)
    pooler_.run(runtime_, sequences, hidden(), stride, weights_.pooler, pooled_.get(), recorder);
  if (shape_.classes > 0) {
    const float* const from = shape_.pooler ? pooled_.get() : hidden();
    classifier_.run(runtime_, sequences, from, shape_.pooler ? width : stride, weights_.classifier,
                    scores_.get(), recorder);
  }
}

}  // namespace ridgeline::live
