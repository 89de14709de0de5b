#include "train/layer.h"

namespace ridgeline::train {
namespace {

constexpr double value_bytes = 2;  // of an activation or a weight that products read
constexpr double mask_bytes = 1;

/// m x k times k x n: forward, and the two products of the backward pass, of the input's gradient and the
/// weights'.
void add_product(LayerWork& work, std::string_view name, double m, double n, double k, Precision format,
                 double count = 1) {
  Op op;
  op.name = name;
  op.kind = OpClass::gemm;
  op.count = count;
  op.flops = Flops(2 * m * n * k);
  op.weights = Bytes(n * k * value_bytes);
  op.activations = Bytes((m * k + m * n) * value_bytes);
  op.m = m;
  op.n = n;
  op.k = k;
  op.format = format;
  work.products.push_back(op);
  work.products_back.push_back(op);
  op.weights = Bytes(n * k * gradient_bytes);
  work.products_back.push_back(op);
}

void add_vector(std::vector<Op>& ops, std::string_view name, double bytes, double count = 1) {
  Op op;
  op.name = name;
  op.kind = OpClass::vector;
  op.count = count;
  op.activations = Bytes(bytes);
  ops.push_back(op);
}

/// Bytes read and written forward; backward reads the saved input besides the two gradients, which is twice
/// as many.
void add_both(LayerWork& work, std::string_view name, double bytes) {
  add_vector(work.vectors, name, bytes);
  add_vector(work.vectors_back, name, 2 * bytes);
}

Op core_product(double m, double n, double k) {
  Op op;
  op.name = "attention_core";
  op.kind = OpClass::gemm;
  op.flops = Flops(2 * m * n * k);
  op.activations = Bytes((m * k + m * n) * value_bytes);
  op.m = m;
  op.n = n;
  op.k = k;
  op.format = Precision::bf16;
  return op;
}

/// Scores written and read, the whole square computed.
void add_separate_core(LayerWork& work, const Transformer& t, const TrainingPlan& plan, double heads) {
  const double s = plan.sequence, rows = s * plan.micro_batch * heads;
  const Op scores = core_product(rows, s, t.head_dim), values = core_product(rows, t.head_dim, s);
  work.attention = {scores, values};
  work.attention_back = {scores, values, scores, values};
  const double softmax = rows * s * (2 * value_bytes);
  const double masked = plan.dropout ? rows * s * (2 * value_bytes + mask_bytes) : 0;
  add_vector(work.attention, "softmax", softmax + masked);
  add_vector(work.attention_back, "softmax", 2 * (softmax + masked));
  work.kept_attention = Bytes(rows * s * (value_bytes + (plan.dropout ? mask_bytes + value_bytes : 0)));
}

/// Tile by tile; the backward kernel computes the scores again: five products for the forward's two.
void add_fused_core(LayerWork& work, const Transformer& t, const TrainingPlan& plan, double heads,
                    double kv_heads) {
  const double s = plan.sequence, tokens = s * plan.micro_batch;
  Op op;
  op.name = "attention_core";
  op.kind = OpClass::attention;
  op.format = Precision::bf16;
  op.flops = Flops(4 * tokens * s * heads * t.head_dim * (t.causal ? 0.5 : 1));
  op.activations = Bytes(tokens * (2 * heads + 2 * kv_heads) * t.head_dim * value_bytes);
  work.attention.push_back(op);
  op.flops = op.flops * 2.5;
  op.activations = op.activations * 2;
  work.attention_back.push_back(op);
}

/// One feed-forward network of `rows` rows and `width` columns on this device.
void add_feed_forward(LayerWork& work, const Transformer& t, Precision format, double rows, double width,
                      double count) {
  const double in = t.gated_ffn ? 2 : 1;
  add_product(work, "ffn_in", rows, in * width, t.hidden, format, count);
  add_product(work, "ffn_out", rows, t.hidden, width, format, count);
  add_both(work, "activation", count * rows * width * (in + 1) * value_bytes);
  work.kept += Bytes(count * rows * width * (in + 1) * value_bytes);
}

}  // namespace

LayerWork layer_work(const Transformer& t, const TrainingPlan& plan, bool routed) {
  LayerWork work;
  const double tensor = plan.tensor, hidden = t.hidden;
  const double tokens = static_cast<double>(plan.micro_batch) * plan.sequence;
  const double whole = plan.sequence_parallel ? tokens / tensor : tokens;  // of norms and dropouts
  const double heads = t.heads / tensor, kv_heads = std::max(1.0, t.kv_heads / tensor);
  const double q = heads * t.head_dim, kv = kv_heads * t.head_dim;

  add_product(work, "attention_qkv", tokens, q + 2 * kv, hidden, plan.precision);
  add_product(work, "attention_output", tokens, hidden, q, plan.precision);
  if (plan.attention == AttentionCore::fused) {
    add_fused_core(work, t, plan, heads, kv_heads);
  } else {
    add_separate_core(work, t, plan, heads);
  }
  work.kept += Bytes(tokens * (2 * q + 2 * kv) * value_bytes);

  const double in = t.gated_ffn ? 2 : 1;
  if (routed && t.moe) {
    const MixtureOfExperts& moe = *t.moe;
    const double width = moe.expert_ffn / tensor, here = static_cast<double>(moe.experts) / plan.expert;
    // Every data rank sends what its tokens need and gets as much: balanced experts.
    add_feed_forward(work, t, plan.precision, tokens * moe.active / here, width, here);
    work.experts = here * (in + 1) * width * hidden;
    if (moe.shared > 0) {
      const double shared = (moe.shared_ffn > 0 ? moe.shared_ffn : moe.expert_ffn) / tensor;
      add_feed_forward(work, t, plan.precision, tokens, shared, moe.shared);
    }
    if (plan.expert > 1) work.to_experts = Bytes(2 * whole * moe.active * hidden * value_bytes);
    add_both(work, "permutation", 2 * tokens * moe.active * hidden * 2 * value_bytes / tensor);
    work.kept += Bytes(tokens * moe.active * hidden * value_bytes / tensor);
  } else {
    add_feed_forward(work, t, plan.precision, tokens, t.ffn / tensor, 1);
  }

  // Two norms; two residuals with what is ahead of them. Inputs of norms and of the products behind them are
  // kept.
  add_both(work, "norm", 2 * whole * hidden * 2 * value_bytes);
  const double residual = 3 * value_bytes + (plan.dropout ? mask_bytes : 0);
  add_both(work, "residual", 2 * whole * hidden * residual);
  work.kept += Bytes(whole * hidden * (4 * value_bytes + (plan.dropout ? 2 * mask_bytes : 0)));
  work.kept += work.kept_attention;
  work.input = Bytes(whole * hidden * value_bytes);
  for (const Op& op : work.products) work.weights += op.count * op.n * op.k;
  work.weights -= work.experts;
  work.sums = 2;
  work.sum = Bytes(tokens * hidden * value_bytes);
  return work;
}

std::vector<Op> head_work(const Transformer& t, const TrainingPlan& plan) {
  if (!t.lm_head || t.vocab == 0) return {};
  const double tokens = static_cast<double>(plan.micro_batch) * plan.sequence;
  const double columns = static_cast<double>(t.vocab) / plan.tensor;
  LayerWork work;
  add_product(work, "head", tokens, columns, t.hidden, plan.precision);
  std::vector<Op> ops = work.products;
  ops.insert(ops.end(), work.products_back.begin(), work.products_back.end());
  // The loss in fp32: written, read for the maximum and the sum, and its gradient.
  add_vector(ops, "loss", tokens * columns * 4 * 4);
  return ops;
}

Flops flops_of(const std::vector<Op>& ops) {
  Flops sum{};
  for (const Op& op : ops) sum += op.flops * op.count;
  return sum;
}

}  // namespace ridgeline::train
