#include "engine/whole_model.h"

#include <algorithm>

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {
namespace {

double attention_flops(const Transformer& t, std::span<const SequenceGroup> groups) {
  const double local = local_layers(t), full = attention_layers(t) - local;
  const TokenWork all = token_work(groups, t.causal, 0);
  const double seen_pairs = t.sparse ? token_work(groups, t.causal, t.sparse->top_k).pairs : all.pairs;
  const double local_pairs = local > 0 ? token_work(groups, t.causal, t.sliding_window).pairs : 0;
  const double head = t.mla ? 2.0 * (t.mla->nope_dim + t.mla->rope_dim + t.mla->v_dim) : 4.0 * t.head_dim;
  double sum = head * t.heads * (full * seen_pairs + local * local_pairs);
  if (t.sparse) sum += full * 2.0 * t.sparse->index_heads * t.sparse->index_dim * all.pairs;
  if (t.linear) {
    const double state = 1.0 * t.linear->value_heads * t.linear->key_dim * t.linear->value_dim;
    sum += (t.layers - attention_layers(t)) * 6 * state * all.tokens;
  }
  return sum;
}

/// Values that the pass reads from the cache: what was there before it, within what each layer sees.
double past_values(const Transformer& t, std::span<const SequenceGroup> groups) {
  if (!t.causal) return 0;
  const double local = local_layers(t), window = t.sliding_window, full = attention_layers(t) - local;
  double sum = 0;
  for (const SequenceGroup& group : groups) {
    const double past = group.past_tokens;
    const double chosen = t.sparse ? std::min(past, 1.0 * t.sparse->top_k * group.new_tokens) : past;
    double values = (full * chosen + local * std::min(past, window)) * cached_values(t);
    if (t.sparse) values += full * past * t.sparse->index_dim;
    if (t.linear && past > 0) values += (t.layers - attention_layers(t)) * state_values(*t.linear, 1);
    sum += group.sequences * values;
  }
  return sum;
}

/// Parameters of experts that no token of the pass picks.
double idle_parameters(const Transformer& t, double tokens) {
  if (!t.moe) return 0;
  const MixtureOfExperts& moe = *t.moe;
  const double layers = t.layers - static_cast<double>(std::min(moe.dense_layers, t.layers));
  const double matrices = t.gated_ffn ? 3 : 2;
  double expert = matrices * t.hidden * moe.expert_ffn;
  if (t.ffn_bias) expert += (matrices - 1) * moe.expert_ffn + t.hidden;
  return layers * expert * (moe.experts - touched_experts(moe.experts, moe.active, tokens));
}

Op whole_transformer(const Transformer& t, const ParameterCount& parameters,
                     std::span<const SequenceGroup> groups, const PrecisionPlan& plan) {
  // An image is patch_tokens tokens; check_step has seen that nothing else is asked of such a model.
  const double per_sequence = t.patch_tokens > 0 ? t.patch_tokens : 1;
  const double tokens = token_work(groups, t.causal, 0).tokens * per_sequence;
  Op op;
  const double attention = t.patch_tokens > 0 ? 4.0 * t.head_dim * t.heads * t.layers * tokens * per_sequence
                                              : attention_flops(t, groups);
  op.flops = Flops(2 * parameters.active * tokens + attention);
  op.weights = size_of(plan.weights) * (parameters.total - idle_parameters(t, tokens));
  op.kv_cache = size_of(plan.kv_cache) * past_values(t, groups);
  return op;
}

Op whole_state_space(const StateSpace& s, const ParameterCount& parameters,
                     std::span<const SequenceGroup> groups, const PrecisionPlan& plan) {
  const TokenWork work = token_work(groups, true, 0);
  Op op;
  op.flops = Flops(2 * parameters.active * work.tokens);
  op.weights = size_of(plan.weights) * parameters.total;
  const double state = static_cast<double>(s.inner) * (s.state + s.conv_kernel - 1.0);
  op.kv_cache = size_of(plan.kv_cache) * (s.layers * state * (work.sequences - work.started));
  return op;
}

Op sum_of(std::span<const Op> ops) {
  Op sum;
  for (const Op& op : ops) {
    sum.flops += op.flops * op.count;
    sum.weights += op.weights * op.count;
    sum.activations += op.activations * op.count;
    sum.kv_cache += op.kv_cache * op.count;
  }
  return sum;
}

}  // namespace

Result<Op> whole_op(const Model& model, const ParameterCount& parameters,
                    std::span<const SequenceGroup> groups, const PrecisionPlan& plan,
                    std::vector<Op>& scratch) {
  RIDGELINE_CHECK(check_step(model, groups));
  Op op;
  if (const auto* transformer = std::get_if<Transformer>(&model.architecture)) {
    op = whole_transformer(*transformer, parameters, groups, plan);
  } else if (const auto* state_space = std::get_if<StateSpace>(&model.architecture)) {
    op = whole_state_space(*state_space, parameters, groups, plan);
  } else {
    RIDGELINE_CHECK(lower_into(model, groups, plan, scratch));
    op = sum_of(scratch);
  }
  op.name = "whole_model";
  op.kind = OpClass::whole_model;
  op.format = plan.compute();
  return op;
}

}  // namespace ridgeline::engine

namespace ridgeline {

Result<Op> lower_whole(const Model& model, const StepShape& shape, const PrecisionPlan& plan) {
  std::vector<Op> scratch;
  return engine::whole_op(model, count_parameters(model), shape.groups, plan, scratch);
}

}  // namespace ridgeline
