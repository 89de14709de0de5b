#include <gtest/gtest.h>

#include <string>

#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

Model tiny(Architecture architecture) {
  Model m;
  m.id = "tiny";
  m.architecture = std::move(architecture);
  return m;
}

Model tiny_decoder() {
  Transformer t;
  t.layers = 1;
  t.hidden = 16;
  t.heads = 2;
  t.ffn = 24;
  t.vocab = 40;
  return tiny(t);
}

std::string message(const Result<std::unique_ptr<Workload>>& made) {
  return made ? "made" : made.error().message;
}

TEST(MakeWorkload, BuildsWhatTheCatalogDescribesAndRunsIt) {
  const auto made = make_workload(tiny_decoder(), {.max_batch = 2, .prompt_tokens = 3, .output_tokens = 2});
  ASSERT_TRUE(made) << message(made);
  EXPECT_EQ((*made)->max_batch(), 2U);
  EXPECT_EQ((*made)->tokens_per_sample(), 2U);
  EXPECT_EQ((*made)->trace(1).size(), 2U);
}

TEST(MakeWorkload, TheSequenceLengthDefaultsToTheModels) {
  Model m = tiny_decoder();
  EXPECT_EQ(message(make_workload(m, {})),
            "tiny: prompt_tokens must be given: the model has no default_sequence");
  m.default_sequence = 7;
  const auto made = make_workload(m, {});
  ASSERT_TRUE(made) << message(made);
  const auto passes = (*made)->trace(1);
  double rows = 0;
  for (const ExecutedOp& op : passes[0]) rows += op.name == "qkv" ? op.m : 0;
  EXPECT_EQ(rows, 7);
}

TEST(MakeWorkload, BadOptionsAndMissingExecutorsAreErrorsThatNameTheModel) {
  EXPECT_EQ(message(make_workload(tiny_decoder(), {.max_batch = 0})),
            "tiny: max_batch and threads start at 1");
  EXPECT_EQ(message(make_workload(tiny_decoder(), {.threads = 0})), "tiny: max_batch and threads start at 1");
  EXPECT_EQ(message(make_workload(tiny(StateSpace{}), {})), "tiny: no executor for state-space models");
  EXPECT_EQ(message(make_workload(tiny(ConvNet{}), {})), "tiny: the network has no layers");
  Transformer encoder;
  encoder.layers = encoder.heads = 1;
  encoder.hidden = encoder.ffn = encoder.vocab = 8;
  encoder.causal = encoder.lm_head = false;
  EXPECT_EQ(message(make_workload(tiny(encoder), {.prompt_tokens = 4, .output_tokens = 1})),
            "tiny: the model does not generate: output_tokens must be 0");
  encoder.positions = 3;
  EXPECT_EQ(message(make_workload(tiny(encoder), {.prompt_tokens = 4})),
            "tiny: 4 tokens, but the model has 3 positions");
}

}  // namespace
}  // namespace ridgeline
