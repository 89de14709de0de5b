#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/interval_90.h"
#include "train/costs.h"
#include "train/layer.h"
#include "train/memory.h"

namespace ridgeline {
namespace {

using namespace train;

constexpr double weight_bytes = 2;
/// The optimizer's step reads gradient, weight and two moments in fp32, and writes the last three and the
/// weight in two bytes.
constexpr double optimizer_bytes = 30;

StageWork stage_work(const Transformer& t, const TrainingPlan& plan) {
  StageWork stage;
  const unsigned dense = t.moe ? t.moe->dense_layers : t.layers;
  stage.dense = layer_work(t, plan, false);
  if (t.moe) stage.routed = layer_work(t, plan, true);
  // The stage with most layers sets the pace; of which kind they are, as in the whole model.
  const double most = std::ceil(static_cast<double>(t.layers) / plan.pipeline);
  stage.dense_layers = most * dense / t.layers;
  stage.routed_layers = most - stage.dense_layers;
  stage.embedding = static_cast<double>(t.vocab) * t.hidden / plan.tensor;
  if (plan.pipeline == 1 && !t.tied_embeddings && t.lm_head) stage.embedding *= 2;
  return stage;
}

/// Of one layer and micro-batch, forward and backward.
TrainingParts layer_parts(const LayerWork& layer, const TrainingPlan& plan, const Costs& costs) {
  TrainingParts parts;
  const Seconds products = costs.of(layer.products), core = costs.of(layer.attention),
                vectors = costs.of(layer.vectors);
  parts.products = products + costs.of(layer.products_back);
  parts.attention = core + costs.of(layer.attention_back);
  parts.vectors = vectors + costs.of(layer.vectors_back);
  const Seconds sums = costs.of(Collective::all_reduce, plan.tensor, plan.tensor, layer.sum) *
                       (plan.tensor > 1 ? layer.sums : 0);
  parts.tensor_collectives = 2 * sums;
  Seconds exchange{};
  if (plan.expert > 1) {
    exchange = costs.of(Collective::all_to_all, plan.expert, plan.tensor * plan.expert, layer.to_experts);
  }
  parts.expert_collectives = 2 * exchange;
  if (plan.recompute == Recompute::full) parts.recompute = products + core + vectors + sums + exchange;
  // A fused kernel computes its scores again in any case: add_core() has counted that.
  if (plan.recompute == Recompute::selective && plan.attention == AttentionCore::separate)
    parts.recompute = core;
  return parts;
}

void add(TrainingParts& sum, const TrainingParts& parts, double times) {
  sum.products += parts.products * times;
  sum.attention += parts.attention * times;
  sum.vectors += parts.vectors * times;
  sum.recompute += parts.recompute * times;
  sum.tensor_collectives += parts.tensor_collectives * times;
  sum.expert_collectives += parts.expert_collectives * times;
}

/// Sums of gradients, and weights to where they are needed, over the data ranks; once a step, but ZeRO 3
/// gathers weights for each pass.
Seconds data_collectives(const StageWork& stage, const TrainingPlan& plan, const Costs& costs) {
  const auto group = [&](double parameters, unsigned ranks) {
    if (ranks <= 1 || parameters <= 0) return Seconds(0);
    const unsigned span = plan.tensor * plan.data;
    if (plan.zero == 0)
      return costs.of(Collective::all_reduce, ranks, span, Bytes(parameters * gradient_bytes));
    const double gathers = plan.zero >= 3 ? 2.0 * plan.micro_batches() : 1;
    return costs.of(Collective::reduce_scatter, ranks, span, Bytes(parameters * gradient_bytes)) +
           costs.of(Collective::all_gather, ranks, span, Bytes(parameters * weight_bytes)) * gathers;
  };
  return group(stage.shared(), plan.data) + group(stage.experts(), plan.data / plan.expert);
}

Seconds optimizer(const StageWork& stage, const TrainingPlan& plan, const Costs& costs) {
  const double shared = stage.shared() / (plan.zero >= 1 ? plan.data : 1);
  const double experts = stage.experts() / (plan.zero >= 1 ? plan.data / plan.expert : 1);
  return costs.memory((shared + experts) * optimizer_bytes);
}

void set_parts(TrainingStep& step, const StageWork& stage, const Transformer& t, const Costs& costs) {
  const TrainingPlan& plan = step.plan;
  const double micro_batches = plan.micro_batches(), waits = (plan.pipeline - 1.0) / plan.interleave;
  TrainingParts one;  // micro-batch on one stage
  add(one, layer_parts(stage.dense, plan, costs), stage.dense_layers);
  add(one, layer_parts(stage.routed, plan, costs), stage.routed_layers);
  if (plan.pipeline > 1) {
    // Each tensor rank sends its share, forward and backward, for every chunk.
    const double tokens = static_cast<double>(plan.micro_batch) * plan.sequence;
    const Bytes sent(tokens * t.hidden * 2 / plan.tensor);
    one.stage_to_stage =
        costs.of(Collective::point_to_point, 2, 2 * plan.tensor * plan.data, sent) * (2.0 * plan.interleave);
  }
  TrainingParts& parts = step.parts;
  add(parts, one, micro_batches);
  parts.stage_to_stage = one.stage_to_stage * micro_batches;
  parts.bubble = one.total() * waits;
  parts.head = costs.of(head_work(t, plan)) * micro_batches;
  parts.data_collectives = data_collectives(stage, plan, costs);
  parts.optimizer = optimizer(stage, plan, costs);
  step.time = parts.total();
  // Gradients are summed while the backward pass of the last micro-batch goes on; gathers while passes do.
  const Seconds computing =
      (one.products + one.attention + one.vectors) * (plan.zero >= 3 ? micro_batches : 2.0 / 3.0);
  step.hidden = std::min(parts.data_collectives, computing);
}

void set_flops(TrainingStep& step, const StageWork& stage, const Transformer& t) {
  const TrainingPlan& plan = step.plan;
  const auto forward = [](const LayerWork& layer) {
    return flops_of(layer.products) + flops_of(layer.attention);
  };
  const auto layers = [&](auto of) {
    return of(stage.dense) * stage.dense_layers + of(stage.routed) * stage.routed_layers;
  };
  // All devices together; a stage with fewer layers counts as the fullest, so by the model's layers instead.
  const double everywhere =
      static_cast<double>(t.layers) / stage.layers() * plan.tensor * plan.data * plan.micro_batches();
  const Flops once = layers(forward) * everywhere;
  const Flops head = flops_of(head_work(t, plan)) * (1.0 * plan.tensor * plan.data * plan.micro_batches());
  step.model_flops = once * 3 + head;
  step.hardware_flops = step.model_flops;
  if (plan.recompute == Recompute::full) step.hardware_flops += once;
  if (plan.recompute == Recompute::selective && plan.attention == AttentionCore::separate) {
    step.hardware_flops +=
        layers([](const LayerWork& layer) { return flops_of(layer.attention); }) * everywhere;
  }
  const double peak = (step.peak * step.time).value() * plan.devices();
  step.mfu = step.model_flops.value() / peak;
  step.hfu = step.hardware_flops.value() / peak;
}

}  // namespace

Result<TrainingStep> predict_training(const Model& model, const Hardware& hardware, const TrainingPlan& plan,
                                      const TrainingCoefficients& coefficients) {
  RIDGELINE_CHECK(check(plan, model));
  const auto& t = std::get<Transformer>(model.architecture);
  RIDGELINE_TRY(
      device, engine::view(
                  hardware,
                  PrecisionPlan{plan.precision, Precision::bf16, Precision::bf16, {}, {}, {}, plan.precision},
                  plan.devices()));
  TrainingStep step;
  step.model = model.id;
  step.hardware = hardware.id;
  step.plan = plan;
  step.peak = device.peaks[static_cast<std::size_t>(plan.precision)];
  step.parameters = count_parameters(model).total;
  step.tokens = static_cast<double>(plan.batch) * plan.sequence;
  const Costs costs(hardware, device, coefficients);
  const StageWork stage = stage_work(t, plan);
  set_parts(step, stage, t, costs);
  set_flops(step, stage, t);
  step.memory = training_memory(stage, t, plan, device.memory_capacity);
  if (coefficients.spread > 0)
    step.interval = {engine::interval_90(step.time - step.hidden, coefficients.spread)->first,
                     engine::interval_90(step.time, coefficients.spread)->second};
  return step;
}

}  // namespace ridgeline
