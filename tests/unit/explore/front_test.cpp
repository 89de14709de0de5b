// The front of a grid against every point predicted one by one with the public functions.

#include <algorithm>
#include <map>

#include "ridgeline/engine.h"
#include "ridgeline/serving.h"
#include "studies.h"

namespace ridgeline::testing {
namespace {

struct Predicted {
  std::vector<std::string> at;
  double per_device = 0, per_user = 0;
  bool ttft_broken = false, tpot_broken = false;
  bool keeps() const { return !ttft_broken && !tpot_broken; }
};

struct BruteForce {
  std::vector<Predicted> points;
  std::uint64_t excluded = 0, does_not_fit = 0, failed = 0;
};

/// Nested loops over serving_space.
const BruteForce& brute_force() {
  static const BruteForce all = [] {
    BruteForce found;
    const Catalog& catalog = shipped().catalog;
    const Model& model = **catalog.model("llama-3.1-8b");
    for (const char* name : {"h100", "l4", "a100"}) {
      const Hardware& hardware = **catalog.hardware(name);
      const Calibration calibration = shipped().calibrations.find(hardware, "", "", model.id).calibration;
      for (const char* format : {"fp16", "fp8"}) {
        for (const unsigned tp : {1U, 2U, 3U}) {
          for (const unsigned replicas : {1U, 2U}) {
            for (const unsigned users : {1U, 4U, 16U, 64U, 256U}) {
              if (tp * replicas > 3) {
                ++found.excluded;
                continue;
              }
              ServingPoint point;
              point.isl = 512;
              point.osl = 128;
              point.concurrency = users;
              point.precision = *parse_precision(format) == Precision::fp8
                                    ? PrecisionPlan::quantized(Precision::fp8)
                                    : PrecisionPlan::uniform(Precision::fp16);
              point.worker.parallelism.tensor = tp;
              point.worker.replicas = replicas;
              const auto p = predict_serving(model, hardware, point, calibration);
              if (!p) {
                ++(p.error().kind == ErrorKind::infeasible ? found.does_not_fit : found.failed);
                continue;
              }
              found.points.push_back({{hardware.id, format, std::to_string(tp), std::to_string(replicas),
                                       "512", "128", std::to_string(users)},
                                      p->tokens_per_device.value(),
                                      p->tokens_per_user.value(),
                                      p->ttft.value.value() >= 0.1,
                                      p->tpot.value.value() >= 0.04});
            }
          }
        }
      }
    }
    return found;
  }();
  return all;
}

bool is_dominated(const Predicted& p) {
  const auto& points = brute_force().points;
  return std::any_of(points.begin(), points.end(), [&](const Predicted& o) {
    return o.keeps() && o.per_device >= p.per_device && o.per_user >= p.per_user &&
           (o.per_device > p.per_device || o.per_user > p.per_user);
  });
}

TEST(Front, IsWhatPredictingEveryPointFinds) {
  std::vector<std::vector<std::string>> expected;
  for (const Predicted& p : brute_force().points) {
    if (p.keeps() && !is_dominated(p)) expected.push_back(p.at);
  }
  const StudyResult result = result_of(study(serving_space + two_objectives));
  auto found = places(result.front);
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_GT(expected.size(), 3U);
  EXPECT_EQ(found, expected);
}

TEST(Front, CountsEveryFate) {
  const BruteForce& all = brute_force();
  const StudyResult result = result_of(study(serving_space + two_objectives));
  const auto count = [&](auto is) {
    return static_cast<std::uint64_t>(std::count_if(all.points.begin(), all.points.end(), is));
  };
  EXPECT_EQ(result.points, 3U * 2 * 3 * 2 * 5);
  EXPECT_EQ(result.explored, result.points);
  EXPECT_EQ(result.excluded, all.excluded);
  EXPECT_EQ(result.does_not_fit, all.does_not_fit);
  EXPECT_EQ(result.failed, all.failed);
  EXPECT_GT(all.failed, 0U);  // tp 3; fp8 on an A100
  EXPECT_EQ(result.feasible, count([](const Predicted& p) { return p.keeps(); }));
  ASSERT_EQ(result.constraints.size(), 2U);
  EXPECT_EQ(result.constraints[0].fell, count([](const Predicted& p) { return p.ttft_broken; }));
  EXPECT_EQ(result.constraints[0].fell_alone,
            count([](const Predicted& p) { return p.ttft_broken && !p.tpot_broken; }));
  EXPECT_EQ(result.constraints[1].fell, count([](const Predicted& p) { return p.tpot_broken; }));
  EXPECT_EQ(result.fell, count([](const Predicted& p) { return !p.keeps(); }));
  std::uint64_t recorded = 0;
  for (const StudyError& e : result.errors) recorded += e.count;
  EXPECT_EQ(recorded, all.failed + all.does_not_fit);
}

TEST(Front, AConstraintCostsWhatTheBestWithoutItGains) {
  double best = 0, without_ttft = 0;
  for (const Predicted& p : brute_force().points) {
    if (p.keeps()) best = std::max(best, p.per_device);
    if (!p.tpot_broken) without_ttft = std::max(without_ttft, p.per_device);
  }
  ASSERT_GT(without_ttft, best);
  const StudyResult result =
      result_of(study(serving_space + "objectives: [{maximise: tokens_per_device}]\n"));
  ASSERT_TRUE(result.constraints[0].best_without);
  EXPECT_DOUBLE_EQ(*result.constraints[0].best_without, without_ttft);
  EXPECT_DOUBLE_EQ(result.constraints[0].gain, without_ttft / best - 1);
  EXPECT_EQ(result.front.size(), 1U);
  EXPECT_EQ(result.top.front().index, result.front.front().index);
}

TEST(Front, DoesNotDependOnThreadsNorOnTheOrderOfAxes) {
  ExploreOptions one, five;
  one.threads = 1;
  five.threads = 5;
  const Study s = study(serving_space + two_objectives);
  const StudyResult a = result_of(s, one), b = result_of(s, five);
  EXPECT_EQ(indices(a.front), indices(b.front));
  EXPECT_EQ(indices(a.top), indices(b.top));
  EXPECT_EQ(a.front.front().metrics, b.front.front().metrics);

  std::string turned = serving_space;
  const std::string tp = "  tp: [1, 2, 3]\n";
  turned.erase(turned.find(tp), tp.size());
  turned.insert(turned.find("  hardware"), tp);
  const StudyResult c = result_of(study(turned + two_objectives));
  EXPECT_EQ(places(a.front), places(c.front));
}

TEST(Front, BestOfAnObjectiveIsOnIt) {
  const StudyResult result = result_of(study(serving_space + two_objectives));
  ASSERT_EQ(result.best.size(), 2U);
  EXPECT_EQ(result.best[0], 0U);  // sorted by the first objective, best first
  const std::size_t per_user = 6;
  for (const StudyPoint& p : result.front)
    EXPECT_LE(*p.metrics[per_user], *result.front[result.best[1]].metrics[per_user]);
}

TEST(Front, PassesAreAsPredictGivesThem) {
  const Study s = study(
      "model: llama-3.1-8b\nspace:\n  hardware: [h100]\n  batch: [1, 64]\n  context: [1000]\n  tp: [2]\n"
      "objectives: [{maximise: throughput}, {minimise: latency}]\nuncertainty: {draws: 0, sensitivity: "
      "false}\n");
  const StudyResult result = result_of(s);
  ASSERT_EQ(result.front.size(), 2U);
  const Hardware& h100 = **shipped().catalog.hardware("h100");
  Parallelism two;
  two.tensor = 2;
  const auto p = predict(s.model, h100, PrecisionPlan::uniform(Precision::fp16), StepShape::decode(64, 1000),
                         shipped().calibrations.find(h100, "", "", s.model.id).calibration, two);
  ASSERT_TRUE(p);
  const auto& metrics = result.front.front().metrics;
  EXPECT_DOUBLE_EQ(*metrics[0], p->latency.value());
  EXPECT_DOUBLE_EQ(*metrics[1], p->throughput.value());
  EXPECT_DOUBLE_EQ(*metrics[3], p->mfu);
  EXPECT_DOUBLE_EQ(*metrics[4], p->footprint.total().value());
  EXPECT_DOUBLE_EQ(*metrics[7], p->energy->value() / 64);
}

TEST(Front, WithoutAPriceCostIsUnknownAndThePointStays) {
  // The catalog has no price of a TPU v5p; the H100 costs 30000 / (3 * 8766 h) = 1.14 $ an hour.
  const StudyResult result = result_of(study(
      "model: llama-3.1-8b\nspace:\n  hardware: [h100, tpu-v5p]\n  precision: bf16\n  concurrency: [8]\n"
      "objectives: [{minimise: cost_per_mtok}]\nuncertainty: {draws: 0, sensitivity: false}\n"));
  const Hardware& tpu = **shipped().catalog.hardware("tpu-v5p");
  ASSERT_FALSE(tpu.price);
  ASSERT_EQ(result.front.size(), 1U);
  const auto& m = result.front.front().metrics;
  EXPECT_DOUBLE_EQ(*m[12], 30000 / (3 * 8766.0));
  EXPECT_NEAR(*m[13], *m[12] / (*m[4] * 3600) * 1e6, 1e-9);
  ASSERT_EQ(result.unknown.size(), 1U);
  EXPECT_EQ(result.unknown[0].count, 1U);
  EXPECT_EQ(result.unknown[0].metrics, std::vector<std::string>{"cost_per_mtok"});
  EXPECT_EQ(result.unknown[0].points[0].at[0], tpu.id);
  EXPECT_FALSE(result.unknown[0].points[0].metrics[13]);
  EXPECT_EQ(result.feasible, 2U);
}

TEST(Front, FieldsOfHardwareAreAxes) {
  const StudyResult result = result_of(
      study("model: llama-3.1-8b\ncalibration: ideal\nspace:\n  hardware: [h100]\n  batch: [1]\n"
            "  hardware.memory.bandwidth: [x1, 6.7 TB/s]\nobjectives: [{minimise: latency}]\ntop: 2\n"));
  // One token after none: weights bind, and 6.7 TB/s is twice the H100's 3.35.
  ASSERT_EQ(result.top.size(), 2U);
  EXPECT_EQ(result.top[0].at[1], "6.7 TB/s");
  EXPECT_NEAR(*result.top[1].metrics[0] / *result.top[0].metrics[0], 2, 0.02);
}

}  // namespace
}  // namespace ridgeline::testing
