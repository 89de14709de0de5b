#include <gmock/gmock.h>

#include <cmath>

#include "calibrate/validate_groups.h"
#include "calibrate/validate_roofline.h"
#include "engine/serving_model.h"
#include "fixtures.h"

namespace ridgeline::calibrate {
namespace {

using testing::HasSubstr;

MeasuredPoint point_of(const char* model, const char* stack, double concurrency, std::size_t line) {
  MeasuredPoint m;
  m.line = line;
  m.model = model;
  m.hardware = "h100-sxm-80gb";
  m.stack = stack;
  m.precision_text = "fp8";
  m.point.isl = 1024;
  m.point.osl = 256;
  m.point.concurrency = concurrency;
  m.point.precision = PrecisionPlan::uniform(Precision::fp8);
  return m;
}

/// What the calibrations predict for the point.
ServingPrediction predicted(const MeasuredPoint& m, const Calibrations& calibrations) {
  const Hardware& hardware = **catalog().hardware(m.hardware);
  const auto prediction =
      predict_serving(**catalog().model(m.model), hardware, m.point,
                      calibrations.find(hardware, m.stack, m.version, m.model).calibration);
  if (!prediction) ADD_FAILURE() << prediction.error().message;
  return prediction ? *prediction : ServingPrediction();
}

/// A table whose measurements are the predictions over these ratios.
MeasuredTable planted(std::initializer_list<double> ratios, const Calibrations& calibrations) {
  MeasuredTable table;
  std::size_t line = 2;
  for (const double ratio : ratios) {
    MeasuredPoint m =
        point_of("llama-3.1-8b", line % 2 == 0 ? "vllm" : "sglang", static_cast<double>(line), line);
    const ServingPrediction p = predicted(m, calibrations);
    m.tpot = p.tpot.value / ratio;
    m.ttft = p.ttft.value / ratio;
    table.points.push_back(m);
    ++line;
  }
  return table;
}

TEST(Validate, ErrorsArePlantedOnes) {
  const Calibrations calibrations;
  // predicted / measured: vllm 1.1 and 1.3, sglang 0.9.
  const auto v = validate(planted({1.1, 0.9, 1.3}, calibrations), catalog(), calibrations, {{"backend"}});
  ASSERT_TRUE(v) << v.error().message;
  for (const ValidatedPoint& p : v->points) EXPECT_EQ(p.suspect + p.error, "");
  EXPECT_EQ(v->tpot.rows, 3u);
  EXPECT_NEAR(v->tpot.mape, (10.0 + 10 + 30) / 3, 1e-6);
  EXPECT_NEAR(v->ttft.median, 10, 1e-6);
  EXPECT_NEAR(v->ttft.bias, 10, 1e-6);
  ASSERT_EQ(v->groups.size(), 2u);
  EXPECT_EQ(v->groups[0].key, "sglang");
  EXPECT_NEAR(v->groups[0].tpot.bias, -10, 1e-6);
  EXPECT_EQ(v->groups[1].key, "vllm");
  EXPECT_NEAR(v->groups[1].tpot.mape, 20, 1e-6);
}

TEST(Validate, DoubtfulRowsCountAndAreToldApart) {
  const Calibrations calibrations;
  MeasuredTable table = planted({1.1, 1.5}, calibrations);
  table.points[1].doubt = "number of workers not given";
  const auto v = validate(table, catalog(), calibrations);
  ASSERT_TRUE(v);
  EXPECT_NEAR(v->tpot.mape, (10.0 + 50) / 2, 1e-6);
  EXPECT_EQ(v->clear_tpot.rows, 1u);
  EXPECT_NEAR(v->clear_tpot.mape, 10, 1e-6);
}

TEST(Validate, EveryRowHasAPredictionOrAnError) {
  const Calibrations calibrations;
  MeasuredTable table = planted({1.0}, calibrations);
  MeasuredPoint huge = point_of("llama-3.1-405b", "vllm", 1, 3);  // 405 GB in fp8 on one H100
  huge.tpot = Seconds(0.1);
  table.points.push_back(huge);
  const auto v = validate(table, catalog(), calibrations);
  ASSERT_TRUE(v);
  EXPECT_THAT(v->points[1].error, HasSubstr("does not fit"));
  EXPECT_EQ(v->tpot.rows, 1u);
}

TEST(Validate, WhatBeatsTheRooflineIsSuspectAndNotCounted) {
  const Calibrations calibrations;
  MeasuredTable table = planted({1.0, 1.0, 1.0}, calibrations);
  // Each token reads the 8 GB of weights at 3.35 TB/s: more than 2 ms.
  table.points[0].tpot = Seconds(1.9e-3);
  // 1024 tokens x 2 FLOP x 7 billion matrix parameters at 1979 TFLOP/s: more than 7 ms.
  table.points[1].ttft = Seconds(6e-3);
  const auto v = validate(table, catalog(), calibrations);
  ASSERT_TRUE(v);
  EXPECT_THAT(v->points[0].suspect, HasSubstr("TPOT 1.90 ms beats the roofline's"));
  EXPECT_THAT(v->points[1].suspect, HasSubstr("TTFT 6.00 ms beats the roofline's"));
  EXPECT_EQ(v->points[2].suspect, "");
  EXPECT_EQ(v->tpot.rows, 1u);
  EXPECT_EQ(v->ttft.rows, 1u);
}

TEST(Validate, RooflineIsThatOfTheSequencesInDecodeByLittlesLaw) {
  // 64 users; a request decodes osl TPOT = 256 x 10 ms = 2.56 s and waits 7.68 s: a quarter of the time, so
  // 16 sequences are in decode.
  MeasuredPoint m = point_of("llama-3.1-8b", "vllm", 64, 2);
  m.tpot = Seconds(0.010);
  m.ttft = Seconds(7.68);
  const Model& model = **catalog().model(m.model);
  const Hardware& hardware = **catalog().hardware(m.hardware);
  const auto fastest = fastest_times(model, hardware, m);
  ASSERT_TRUE(fastest);
  const auto step =
      predict(model, hardware, m.point.precision, StepShape::decode(16, 1024 + 128), Calibration::ideal());
  ASSERT_TRUE(step);
  EXPECT_NEAR(fastest->tpot.value(), step->latency.value(), 1e-12);
  const auto prompt =
      predict(model, hardware, m.point.precision, StepShape::prefill(1, 1024), Calibration::ideal());
  ASSERT_TRUE(prompt);
  EXPECT_NEAR(fastest->ttft.value(), prompt->latency.value(), 1e-12);

  m.ttft.reset();  // nothing known about the waiting: one sequence, which nothing can beat
  const auto one = fastest_times(model, hardware, m);
  const auto single =
      predict(model, hardware, m.point.precision, StepShape::decode(1, 1024 + 128), Calibration::ideal());
  ASSERT_TRUE(one && single);
  EXPECT_NEAR(one->tpot.value(), single->latency.value(), 1e-12);
}

TEST(Validate, CoverageIsOfTheIntervalsThatTheCalibrationGives) {
  Calibrations calibrations;
  calibrations.levels.emplace_back();  // of every scope, changing nothing
  calibrations.spread = calibrations.first_token_spread = 0.1;
  const auto v = validate(planted({1.05, 0.9, 1.4, 1.0}, calibrations), catalog(), calibrations);
  ASSERT_TRUE(v);
  if (!v->points[0].tpot_interval) GTEST_FAIL() << "no interval from a calibration with a spread";
  std::size_t inside = 0;
  for (const double ratio : {1.05, 0.9, 1.4, 1.0}) {
    const auto& [low, high] = *v->points[0].tpot_interval;
    const double half_width = std::log(high / v->points[0].predicted_tpot);
    EXPECT_NEAR(half_width, std::log(v->points[0].predicted_tpot / low), 1e-9);
    if (std::abs(std::log(ratio)) <= half_width) ++inside;
  }
  EXPECT_NEAR(v->tpot.coverage, 100.0 * static_cast<double>(inside) / 4, 1e-9);
  EXPECT_LT(inside, 4u);  // a ratio of 1.4 is outside
}

TEST(Validate, GroupsByWhatIsAskedForOnly) {
  Validation v;
  MeasuredPoint m = point_of("llama-3.1-8b", "vllm", 1, 2);
  m.tpot = Seconds(1);
  v.table.points = {m, m};
  v.table.points[1].disaggregated = true;
  v.points.resize(2);
  v.points[1].row = 1;
  v.points[0].predicted_tpot = v.points[1].predicted_tpot = Seconds(1);
  ASSERT_TRUE(summarize(v, {"mode", "system", "precision", "version"}));
  ASSERT_EQ(v.groups.size(), 2u);
  EXPECT_EQ(v.groups[0].key, "agg, h100-sxm-80gb, fp8, (not given)");
  ASSERT_TRUE(summarize(v, {}));
  EXPECT_TRUE(v.groups.empty());
  const auto bad = summarize(v, {"colour"});
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("cannot group by 'colour'; use hardware"));
}

}  // namespace
}  // namespace ridgeline::calibrate
