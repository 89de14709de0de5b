#include "engine/whole_model.h"

#include <algorithm>

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {
namespace {

double attention_flops(const Transformer& t, std::span<const SequenceGroup> groups) {
  const double local = local_layers(t);
  const double all_pairs = token_work(groups, t.causal, 0).pairs;
  const double local_pairs = local > 0 ? token_work(groups, t.causal, t.sliding_window).pairs : 0;
  const double head = t.mla ? 2.0 * (t.mla->nope_dim + t.mla->rope_dim + t.mla->v_dim) : 4.0 * t.head_dim;
  return head * t.heads * ((t.layers - local) * all_pairs + local * local_pairs);
}

/// Values that the pass reads from the cache: what was there before it, within each layer's window.
double past_values(const Transformer& t, std::span<const SequenceGroup> groups) {
  if (!t.causal) return 0;
  const double local = local_layers(t), window = t.sliding_window;
  double sum = 0;
  for (const SequenceGroup& group : groups) {
    const double past = group.past_tokens;
    sum += group.sequences * ((t.layers - local) * past + local * std::min(past, window));
  }
  return sum * cached_values(t);
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

double cache_values_at_end(const Transformer& t, std::span<const SequenceGroup> groups) {
  if (!t.causal) return 0;
  const double local = local_layers(t), window = t.sliding_window;
  double sum = 0;
  for (const SequenceGroup& group : groups) {
    const double context = static_cast<double>(group.past_tokens) + group.new_tokens;
    const double own = (t.layers - local) * context + local * std::min(context, window);
    const double encoder = 2.0 * t.kv_heads * t.head_dim * t.layers * t.cross_attention;
    sum += group.sequences * (own * cached_values(t) + encoder);
  }
  return sum;
}

double cache_values_at_end(const StateSpace& s, std::span<const SequenceGroup> groups) {
  return samples_of(groups) * s.layers * s.inner * (s.state + s.conv_kernel - 1.0);
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
  return op;
}

Footprint footprint(const Model& model, const ParameterCount& parameters,
                    std::span<const SequenceGroup> groups, const PrecisionPlan& plan,
                    std::span<const Op> ops) {
  Footprint need;
  need.weights = size_of(plan.weights) * parameters.total;
  const double values =
      std::visit(Overloaded{[&](const Transformer& t) { return cache_values_at_end(t, groups); },
                            [&](const StateSpace& s) { return cache_values_at_end(s, groups); },
                            [&](const EncoderDecoder& m) { return cache_values_at_end(m.decoder, groups); },
                            [](const auto&) { return 0.0; }},
                 model.architecture);
  need.kv_cache = size_of(plan.kv_cache) * values;
  for (const Op& op : ops) need.activations = std::max(need.activations, op.activations);
  return need;
}

}  // namespace ridgeline::engine

namespace ridgeline {

Result<Op> lower_whole(const Model& model, const StepShape& shape, const PrecisionPlan& plan) {
  std::vector<Op> scratch;
  return engine::whole_op(model, count_parameters(model), shape.groups, plan, scratch);
}

}  // namespace ridgeline
