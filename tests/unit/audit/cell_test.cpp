#include "audit/cell.h"

#include <gtest/gtest.h>

#include "host_fixture.h"

namespace ridgeline {
namespace {

using audit::BelievedTables;
using audit::Prediction;

ServiceTable flat_table(std::int64_t milliseconds_each) {
  ServiceTable table;
  for (int batch = 1; batch <= 8; ++batch)
    table.total.push_back(std::chrono::milliseconds(milliseconds_each * batch));
  return table;
}

// Server: evenly spaced arrivals at this rate, so that the schedule's own rate is the one asked for.
Schedule schedule_of(ScenarioKind kind, double qps = 0) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(kind);
  schedule.scenario.target_qps = qps;
  for (int i = 0; qps > 0 && i <= 100; ++i) schedule.arrivals.push_back(to_nanoseconds(Seconds(i / qps)));
  return schedule;
}

BelievedTables tables() { return {flat_table(12), flat_table(10), flat_table(9)}; }  // slow, central, fast

TEST(PredictCell, SingleStreamIsTheTableAndItsIntervalTheProbes) {
  const auto schedule = schedule_of(ScenarioKind::single_stream);
  const Prediction prediction = audit::predict_cell(schedule, tables(), {1, Nanoseconds{0}});
  ASSERT_TRUE(prediction.p99 && prediction.throughput);
  EXPECT_DOUBLE_EQ(prediction.p99->value, 0.010);
  EXPECT_DOUBLE_EQ(*prediction.p99->low, 0.009);
  EXPECT_DOUBLE_EQ(*prediction.p99->high, 0.012);
  EXPECT_DOUBLE_EQ(prediction.throughput->value, 100);
  EXPECT_DOUBLE_EQ(*prediction.throughput->low, 1 / 0.012);  // the slow end is the low rate
  EXPECT_DOUBLE_EQ(*prediction.throughput->high, 1 / 0.009);
}

TEST(PredictCell, AnEndThatIsUnstableLeavesTheIntervalOpen) {
  const auto schedule = schedule_of(ScenarioKind::server, 90);  // 0.9 of capacity at 10 ms, 1.08 at 12 ms
  const Prediction prediction = audit::predict_cell(schedule, tables(), {1, Nanoseconds{0}});
  ASSERT_TRUE(prediction.p50);
  EXPECT_TRUE(prediction.p50->low);
  EXPECT_FALSE(prediction.p50->high);
}

TEST(PredictCell, AnUnstableQueueHasNoFiguresAndSaysWhy) {
  const auto schedule = schedule_of(ScenarioKind::server, 200);
  const Prediction prediction = audit::predict_cell(schedule, tables(), {1, Nanoseconds{0}});
  EXPECT_FALSE(prediction.p50);
  EXPECT_FALSE(prediction.throughput);
  EXPECT_FALSE(prediction.method.empty());
}

TEST(PredictCell, ServerTakesTheRateOfItsOwnSchedule) {
  auto schedule = schedule_of(ScenarioKind::server, 40);
  schedule.scenario.target_qps = 80;  // asked for; this draw brought half of it
  const Prediction prediction = audit::predict_cell(schedule, tables(), {1, Nanoseconds{0}});
  ASSERT_TRUE(prediction.throughput);
  EXPECT_NEAR(prediction.throughput->value, 40, 1e-6);
  EXPECT_NE(prediction.method.find("40/s"), std::string::npos) << prediction.method;
}

TEST(PredictCell, TokensOfAQueryThatWaitsForNothing) {
  BelievedTables generating = tables();
  for (auto& table : generating) {
    table.tokens_per_sample = 5;
    for (const Nanoseconds total : table.total) table.first_token.push_back(total / 5);
  }
  const Prediction prediction =
      audit::predict_cell(schedule_of(ScenarioKind::single_stream), generating, {1, Nanoseconds{0}});
  ASSERT_TRUE(prediction.ttft && prediction.tpot);
  EXPECT_DOUBLE_EQ(prediction.ttft->value, 0.002);  // a fifth of 10 ms
  EXPECT_DOUBLE_EQ(prediction.tpot->value, 0.002);  // the other 8 ms over the 4 tokens that follow
  EXPECT_FALSE(
      audit::predict_cell(schedule_of(ScenarioKind::server, 10), generating, {1, Nanoseconds{0}}).ttft);
}

TEST(HostInterference, GapsBecomePausesAtTheirRate) {
  Interruptions seen;
  EXPECT_EQ(audit::host_interference(seen).pause_rate, Hertz(0));
  seen.watched = Seconds(2);
  seen.count = 3;
  seen.gaps = {Nanoseconds(5000), Nanoseconds(9000), Nanoseconds(7000)};
  const auto interference = audit::host_interference(seen);
  EXPECT_DOUBLE_EQ(interference.pause_rate.value(), 1.5);
  EXPECT_EQ(interference.pause_lengths.size(), 3u);
}

TEST(LineUp, ErrorsAreRelativeToMeasuredAndMissingStaysMissing) {
  Prediction predicted;
  predicted.p50 = Estimate{0.08, std::nullopt, std::nullopt};
  Summary measured;
  measured.p50 = Estimate{0.10, 0.09, 0.11};
  measured.p90 = Estimate{0.20, std::nullopt, std::nullopt};
  const auto metrics = audit::line_up(predicted, std::nullopt, measured);
  ASSERT_EQ(metrics.size(), 4u);
  ASSERT_TRUE(metrics[0].predicted_error);
  EXPECT_NEAR(*metrics[0].predicted_error, -0.2, 1e-12);
  EXPECT_FALSE(metrics[0].simulated_error);
  EXPECT_FALSE(metrics[1].predicted_error);  // measured, but nobody predicted it
  EXPECT_FALSE(metrics[3].measured);
}

}  // namespace
}  // namespace ridgeline
