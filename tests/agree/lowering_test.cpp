// Two roads to what a model costs: the engine's formulas, and counting what the library really executes.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "ridgeline/engine.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

struct Cost {
  double flops = 0, weights = 0, activations = 0, kv_cache = 0;
};
using Costs = std::map<std::string, Cost>;

template <class OpT>
void add(Costs& costs, const OpT& op, double count) {
  for (const std::string& name : {std::string(op.name), std::string("all operators")}) {
    Cost& c = costs[name];
    c.flops += count * op.flops.value();
    c.weights += count * op.weights.value();
    c.activations += count * op.activations.value();
    c.kv_cache += count * op.kv_cache.value();
  }
}

/// Everything here is a whole number far below 2^53, so both roads must agree to the last bit.
void expect_same(const Costs& predicted, const Costs& executed) {
  for (const auto& [name, e] : executed) {
    const auto found = predicted.find(name);
    if (found == predicted.end()) {
      ADD_FAILURE() << name << " was executed but not predicted";
      continue;
    }
    const Cost& p = found->second;
    EXPECT_EQ(p.flops, e.flops) << name << ": FLOPs";
    EXPECT_EQ(p.weights, e.weights) << name << ": weight bytes";
    EXPECT_EQ(p.activations, e.activations) << name << ": activation bytes";
    EXPECT_EQ(p.kv_cache, e.kv_cache) << name << ": cache bytes";
  }
  for (const auto& [name, p] : predicted) EXPECT_TRUE(executed.count(name)) << name << " was not executed";
}

void expect_agreement(const Model& model, const WorkloadOptions& options,
                      const std::vector<StepShape>& steps) {
  auto workload = make_workload(model, options);
  ASSERT_TRUE(workload) << workload.error().message;
  const auto passes = (*workload)->trace(options.max_batch);
  ASSERT_EQ(passes.size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    SCOPED_TRACE(testing::Message() << model.id << ", pass " << i);
    const auto ops = lower(model, steps[i], PrecisionPlan::uniform(Precision::fp32));
    ASSERT_TRUE(ops) << ops.error().message;
    Costs predicted;
    for (const Op& op : *ops) add(predicted, op, op.count);
    Costs executed;
    for (const ExecutedOp& op : passes[i]) add(executed, op, 1);
    expect_same(predicted, executed);
  }
}

Model catalog_model(const std::string& id) {
  auto model = read_model(std::string(RIDGELINE_DATA_DIR) + "/models/" + id + ".yaml");
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : Model{};
}

TEST(Lowering, ResNet50ExecutesWhatTheEngineSays) {
  expect_agreement(catalog_model("resnet-50"), {.max_batch = 1}, {StepShape::samples(1)});
  expect_agreement(catalog_model("resnet-50"), {.max_batch = 3}, {StepShape::samples(3)});
}

TEST(Lowering, BertBaseExecutesWhatTheEngineSays) {
  expect_agreement(catalog_model("bert-base"), {.max_batch = 1, .prompt_tokens = 128},
                   {StepShape::prefill(1, 128)});
}

TEST(Lowering, Llama110mExecutesWhatTheEngineSaysInEveryPass) {
  expect_agreement(catalog_model("llama-110m"), {.max_batch = 2, .prompt_tokens = 16, .output_tokens = 3},
                   {StepShape::prefill(2, 16), StepShape::decode(2, 16), StepShape::decode(2, 17)});
}

/// Options that no catalog model of this size has: shared heads, biases, learned positions, a class head.
TEST(Lowering, SmallTransformersWithOtherOptionsAgreeToo) {
  Transformer grouped;
  grouped.layers = 2;
  grouped.hidden = 64;
  grouped.heads = 8;
  grouped.kv_heads = 2;
  grouped.head_dim = 16;
  grouped.ffn = 96;
  grouped.vocab = 100;
  Model m;
  m.id = "grouped";
  m.architecture = grouped;
  expect_agreement(m, {.max_batch = 3, .prompt_tokens = 5, .output_tokens = 2},
                   {StepShape::prefill(3, 5), StepShape::decode(3, 5)});

  Transformer plain = grouped;
  plain.kv_heads = 8;
  plain.head_dim = 8;
  plain.gated_ffn = false;
  plain.qkv_bias = plain.output_bias = plain.ffn_bias = plain.norm_bias = plain.head_bias = true;
  plain.positions = 20;
  m.id = "plain";
  m.architecture = plain;
  expect_agreement(m, {.max_batch = 2, .prompt_tokens = 6, .output_tokens = 2},
                   {StepShape::prefill(2, 6), StepShape::decode(2, 6)});

  plain.causal = plain.lm_head = plain.head_bias = false;
  plain.classes = 5;
  m.id = "classifier";
  m.architecture = plain;
  expect_agreement(m, {.max_batch = 2, .prompt_tokens = 6}, {StepShape::prefill(2, 6)});
}

}  // namespace
}  // namespace ridgeline
