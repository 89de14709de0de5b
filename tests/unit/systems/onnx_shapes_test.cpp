#include "systems/onnx_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ridgeline::systems {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As a voice detector has it: audio, a recurrent state and a rate.
const std::vector<OnnxInput> voice{
    {"input", {-1, -1}, {"batch", "samples"}}, {"state", {2, -1, 128}, {"", "batch", ""}}, {"sr", {}, {}}};

TEST(OnnxShapes, TheBatchIsTheFirstOpenDimensionAndAllOfItsName) {
  const auto shapes = plan_shapes(voice, {{"samples", 512}});
  ASSERT_TRUE(shapes);
  EXPECT_TRUE(shapes->takes_batches);
  EXPECT_THAT(shapes->of(0, 4), ElementsAre(4, 512));
  EXPECT_THAT(shapes->of(1, 4), ElementsAre(2, 4, 128));
  EXPECT_THAT(shapes->of(2, 4), IsEmpty());
  EXPECT_THAT(shapes->assumed, IsEmpty());
}

TEST(OnnxShapes, WhatNobodyGaveIsOneAndSaysSo) {
  const auto shapes = plan_shapes(voice, {});
  ASSERT_TRUE(shapes);
  EXPECT_THAT(shapes->of(0, 1), ElementsAre(1, 1));
  EXPECT_THAT(shapes->assumed, ElementsAre("samples"));
}

TEST(OnnxShapes, AGivenFirstDimensionIsNoBatch) {
  const auto shapes = plan_shapes(voice, {{"samples", 512}, {"batch", 3}});
  ASSERT_TRUE(shapes);
  EXPECT_FALSE(shapes->takes_batches);
  EXPECT_THAT(shapes->of(0, 1), ElementsAre(3, 512));
  EXPECT_THAT(shapes->of(1, 1), ElementsAre(2, 3, 128));
}

TEST(OnnxShapes, DimensionsWithoutNames) {
  const auto shapes = plan_shapes({{"x", {-1, 3, -1}, {"", "", ""}}, {"y", {1, 4}, {"", ""}}}, {});
  ASSERT_TRUE(shapes);
  EXPECT_THAT(shapes->of(0, 8), ElementsAre(8, 3, 1));
  EXPECT_THAT(shapes->of(1, 8), ElementsAre(1, 4));
  EXPECT_THAT(shapes->assumed, ElementsAre("x[2]"));
  const auto given = plan_shapes({{"x", {-1, 3, -1}, {"", "", ""}}}, {{"x[0]", 2}, {"x[2]", 9}});
  ASSERT_TRUE(given);
  EXPECT_FALSE(given->takes_batches);
  EXPECT_THAT(given->of(0, 1), ElementsAre(2, 3, 9));
}

TEST(OnnxShapes, TheBatchMayBeElsewhere) {
  const auto shapes =
      plan_shapes({{"x", {-1, 512}, {"", ""}}, {"state", {2, -1, 128}, {"", "", ""}}}, {{"state[1]", 0}});
  ASSERT_TRUE(shapes);
  EXPECT_THAT(shapes->of(0, 4), ElementsAre(4, 512));
  EXPECT_THAT(shapes->of(1, 4), ElementsAre(2, 4, 128));
}

TEST(OnnxShapes, WhatDoesNotFitSaysWhatWould) {
  EXPECT_EQ(plan_shapes(voice, {{"sample", 2}}).error().message,
            "--dim: no dimension 'sample'; the model has: batch, samples");
  EXPECT_EQ(plan_shapes({{"x", {4}, {""}}}, {{"n", 2}}).error().message,
            "--dim: no dimension 'n'; all dimensions of the model are fixed");
  EXPECT_EQ(plan_shapes(voice, {{"samples", -1}}).error().message,
            "--dim: samples is -1, and must be at least 1");
}

}  // namespace
}  // namespace ridgeline::systems
