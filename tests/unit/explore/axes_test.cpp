// Axes beyond the grid of front_test.cpp, each against the same deployment predicted on its own.

#include <gmock/gmock.h>

#include "ridgeline/serving.h"
#include "studies.h"

namespace ridgeline::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t ttft = 0, tpot = 1, requests = 3, devices = 9, per_hour = 12;
const std::string no_extras = "uncertainty: {draws: 0, sensitivity: false}\n";
const std::string all_points = "objectives: [{minimise: ttft}]\ntop: 100\n" + no_extras;

const Model& model_named(const char* name) { return **shipped().catalog.model(name); }

/// A point of the study, by the texts of the axes that are named.
const StudyPoint& point_of(const Study& s, const StudyResult& result,
                           const std::vector<std::pair<std::string, std::string>>& wanted) {
  static const StudyPoint none;
  for (const StudyPoint& p : result.top) {
    bool is = true;
    for (const auto& [axis, value] : wanted) {
      for (std::size_t i = 0; i < s.axes.size(); ++i) is = is && (s.axes[i].name != axis || p.at[i] == value);
    }
    if (is) return p;
  }
  ADD_FAILURE() << "no such point";
  return none;
}

ServingPrediction predicted(const Model& model, const ServingPoint& point) {
  const Hardware& h100 = **shipped().catalog.hardware("h100");
  const auto p =
      predict_serving(model, h100, point, shipped().calibrations.find(h100, "", "", "").calibration);
  EXPECT_TRUE(p) << (p ? "" : p.error().message);
  return p ? *p : ServingPrediction();
}

ServingPoint users(double concurrency) {
  ServingPoint point;
  point.isl = 512;
  point.osl = 128;
  point.concurrency = concurrency;
  point.precision = PrecisionPlan::uniform(Precision::fp16);
  return point;
}

void expect_same(const StudyPoint& point, const ServingPrediction& p) {
  ASSERT_GT(point.metrics.size(), per_hour);
  EXPECT_DOUBLE_EQ(*point.metrics[ttft], p.ttft.value.value());
  EXPECT_DOUBLE_EQ(*point.metrics[tpot], p.tpot.value.value());
  EXPECT_DOUBLE_EQ(*point.metrics[requests], p.requests.value());
  EXPECT_DOUBLE_EQ(*point.metrics[devices], p.devices);
}

TEST(Axes, ModelsAreComparedAsEachIsPredicted) {
  const Study s = study(
      "workload: {isl: 512, osl: 128, concurrency: 8}\n"
      "space: {hardware: h100, model: [llama-3.1-8b, qwen-3-8b]}\n" +
      all_points);
  const StudyResult result = result_of(s);
  EXPECT_EQ(result.points, 2U);
  for (const char* name : {"llama-3.1-8b", "qwen-3-8b"})
    expect_same(point_of(s, result, {{"model", name}}), predicted(model_named(name), users(8)));
}

TEST(Axes, SizesOfTheModelAreThoseOfAModelWithThem) {
  const Study s = study(
      "model: llama-3.1-8b\nworkload: {isl: 512, osl: 128, concurrency: 8}\n"
      "space: {hardware: h100, model.layers: [16, 32], model.kv_heads: [4, 8]}\n" +
      all_points);
  const StudyResult result = result_of(s);
  EXPECT_EQ(result.points, 4U);
  Model smaller = model_named("llama-3.1-8b");
  auto& t = std::get<Transformer>(smaller.architecture);
  expect_same(point_of(s, result, {{"model.layers", "32"}, {"model.kv_heads", "8"}}),
              predicted(smaller, users(8)));
  t.layers = 16;
  t.kv_heads = 4;
  expect_same(point_of(s, result, {{"model.layers", "16"}, {"model.kv_heads", "4"}}),
              predicted(smaller, users(8)));
}

TEST(Axes, SizesThatMakeNoSenseAreErrorsOfTheirPoints) {
  // 32 heads: 5 key/value heads do not divide them. An 8B dense model has no experts.
  const StudyResult result = result_of(study(
      "model: llama-3.1-8b\nspace: {hardware: h100, concurrency: 8, model.kv_heads: [5, 8]}\n" + all_points));
  EXPECT_EQ(result.failed, 1U);
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_THAT(result.errors[0].message, HasSubstr("5 key/value heads do not divide 32 heads"));
  const StudyResult dense = result_of(study(
      "model: llama-3.1-8b\nspace: {hardware: h100, concurrency: 8, model.experts: [8, 16]}\n" + all_points));
  EXPECT_EQ(dense.failed, 2U);
}

TEST(Axes, FormatOfTheCacheAndShareOfTheMemory) {
  const Study s = study(
      "model: llama-3.1-8b\nworkload: {isl: 512, osl: 128}\n"
      "space: {hardware: h100, concurrency: 2000, kv_cache: [fp16, fp8], memory_fraction: [0.5, 0.9]}\n" +
      all_points);
  const StudyResult result = result_of(s);
  EXPECT_EQ(result.points, 4U);
  ServingPoint point = users(2000);
  point.memory_fraction = 0.5;
  expect_same(point_of(s, result, {{"kv_cache", "fp16"}, {"memory_fraction", "0.5"}}),
              predicted(s.model, point));
  point.precision.kv_cache = Precision::fp8;
  point.memory_fraction = 0.9;
  expect_same(point_of(s, result, {{"kv_cache", "fp8"}, {"memory_fraction", "0.9"}}),
              predicted(s.model, point));
}

TEST(Axes, PrefillWorkersComputeThePromptsAndCount) {
  const Study s = study(
      "model: llama-3.1-8b\nworkload: {isl: 512, osl: 128, concurrency: 64}\n"
      "space: {hardware: h100, tp: [1, 2], prefill_replicas: [0, 2], prefill_tp: [1, 4]}\n"
      "conditions: [devices <= 8]\n" +
      all_points);
  const StudyResult result = result_of(s);
  // tp 1 or 2 and 2 x tp 4 is 9 or 10 devices.
  EXPECT_EQ(result.points, 8U);
  EXPECT_EQ(result.excluded, 2U);
  ServingPoint point = users(64);
  point.worker.parallelism.tensor = 2;
  expect_same(point_of(s, result, {{"tp", "2"}, {"prefill_replicas", "0"}}), predicted(s.model, point));
  point.prefill = Worker{{}, 2};
  const ServingPrediction apart = predicted(s.model, point);
  EXPECT_EQ(apart.devices, 4U);
  expect_same(point_of(s, result, {{"tp", "2"}, {"prefill_replicas", "2"}, {"prefill_tp", "1"}}), apart);
}

TEST(Axes, PrefillWorkersThatDoNotHoldTheModelDoNotFit) {
  // 70B in fp16 is 141 GB: on two devices of 80 GB it fits, on one it does not.
  const StudyResult result =
      result_of(study("model: llama-3.1-70b\nspace: {hardware: h100, tp: 4, concurrency: 8, "
                      "prefill_replicas: 1, prefill_tp: [1, 2]}\n" +
                      all_points));
  EXPECT_EQ(result.does_not_fit, 1U);
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_THAT(result.errors[0].message, HasSubstr("that compute prompts"));
}

TEST(Axes, ThePriceOfADeviceIsWhatTheAxisSays) {
  const Study s = study(
      "model: llama-3.1-8b\nspace: {hardware: h100, tp: 2, concurrency: 8, price_per_hour: [1.5, 4]}\n"
      "objectives: [{minimise: cost_per_hour}]\n" +
      no_extras);
  const StudyResult result = result_of(s);
  EXPECT_DOUBLE_EQ(*result.top[0].metrics[per_hour], 2 * 1.5);
  EXPECT_DOUBLE_EQ(*result.top[1].metrics[per_hour], 2 * 4.0);
}

TEST(Axes, ChunksAreSimulatedAndNotPredicted) {
  const std::string space =
      "model: llama-3.1-8b\nworkload: {isl: 2048, osl: 32}\n"
      "space: {hardware: h100, concurrency: 8, chunk: [256, 4096]}\n" +
      all_points;
  const auto without = read(space);
  ASSERT_FALSE(without);
  EXPECT_THAT(without.error().message, HasSubstr("s.yaml:3: space.chunk: the prediction knows no chunks"));
  const StudyResult result = result_of(study(space + "verify: {duration: 10s}\n"));
  EXPECT_EQ(result.points, 1U);
  ASSERT_EQ(result.verified.size(), 2U);
  const VerifiedPoint &a = result.verified[0], &b = result.verified[1];
  EXPECT_EQ(a.chunk + b.chunk, 256U + 4096U);
  EXPECT_EQ(a.error + b.error, "");
  // A prompt in eight passes has its first token later, and the objective is TTFT.
  EXPECT_EQ(a.chunk, 4096U);
  EXPECT_LT(*a.metrics[ttft], *b.metrics[ttft]);
  EXPECT_FALSE(result.cut_short);
}

TEST(Axes, WhatIsAmissIsSaidWhereItStands) {
  const auto error_of = [](const std::string& space, const std::string& more = "") {
    const auto s = read("model: llama-3.1-8b\nspace: {hardware: h100, " + space + "}\n" + all_points + more);
    return s ? std::string() : s.error().message;
  };
  EXPECT_THAT(
      error_of("concurrency: {from: 1, to: 64}"),
      HasSubstr(
          "s.yaml:2: space.concurrency: every point of a grid is predicted, and this range has no steps; "
          "give `step` or `factor`, or search: {method: nsga2}"));
  EXPECT_THAT(error_of("concurrency: 8, model: qwen3-8b"), HasSubstr("give it once"));
  EXPECT_THAT(error_of("concurrency: 8, prefill_tp: 2"), HasSubstr("no `prefill_replicas`"));
  EXPECT_THAT(error_of("batch: 8, prefill_replicas: 2"), HasSubstr("belongs to `concurrency`"));
  EXPECT_THAT(error_of("concurrency: 8, memory_fraction: 1.5"),
              HasSubstr("give a share above 0 and up to 1"));
  EXPECT_THAT(error_of("concurrency: 8", "search: {method: nsga2, population: 10}\n"),
              HasSubstr("search.population: give a multiple of 4, 8 at least"));
  EXPECT_THAT(error_of("concurrency: 8", "search: {method: annealing}\n"), HasSubstr("use nsga2 or grid"));
}

TEST(Axes, ASearchThatThisProgramHasNotIsRefused) {
  const Study s = study("model: llama-3.1-8b\nspace: {hardware: h100, concurrency: {from: 1, to: 64}}\n" +
                        all_points + "search: {method: nsga2}\n");
  const auto result = explore(s, {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("made without pagmo2"));
}

}  // namespace
}  // namespace ridgeline::testing
