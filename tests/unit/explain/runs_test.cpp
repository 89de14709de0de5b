#include <gtest/gtest.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;
using Sentences = std::vector<std::string>;

TEST(ExplainGap, TailWithoutVariationInThePrediction) {
  // The median agrees within 2 %; p99 is 10 ms against 15 ms: 33 % low.
  const auto sentences =
      explain_gap(latencies(0.010, 0.010, 0.010), RunOrigin::predicted, latencies(0.0102, 0.011, 0.015),
                  "resnet-50", ScenarioKind::single_stream);
  EXPECT_EQ(
      sentences,
      (Sentences{
          "resnet-50, SingleStream: the largest gap is P99: predicted 10.0 ms, measured 15.0 ms, 33 % too "
          "low.",
          "The measured tail is longer: P99 is 1.47 times P50, predicted 1.00, for it has no variation "
          "at all."}));
}

TEST(ExplainGap, TypicalQueryIsOff) {
  const auto sentences =
      explain_gap(latencies(0.008, 0.0085, 0.009), RunOrigin::simulated, latencies(0.010, 0.0105, 0.011),
                  "bert-base", ScenarioKind::single_stream);
  EXPECT_EQ(
      sentences,
      (Sentences{"bert-base, SingleStream: the largest gap is P50: simulated 8.00 ms, measured 10.0 ms, 20 % "
                 "too low.",
                 "It is the time of the typical query that is off, not the tail "
                 "alone."}));
}

TEST(ExplainGap, WithinTheIntervalNoDifferenceIsShown) {
  Summary measured;
  measured.p50 = estimate(0.010, 0.009, 0.012);
  Summary predicted;
  predicted.p50 = estimate(0.011, 0.011, 0.011);
  EXPECT_EQ(
      explain_gap(predicted, RunOrigin::predicted, measured, "resnet-50", ScenarioKind::single_stream),
      (Sentences{
          "resnet-50, SingleStream: the largest gap is P50: predicted 11.0 ms, measured 10.0 ms, which is "
          "within the measurement's 95 % interval: no difference shown."}));
}

TEST(ExplainGap, OfflineIsAboutTheRate) {
  Summary predicted, measured;
  predicted.throughput = estimate(125, 125, 125);
  measured.throughput = estimate(100, 99, 101);
  EXPECT_EQ(
      explain_gap(predicted, RunOrigin::predicted, measured, "resnet-50", ScenarioKind::offline),
      (Sentences{"resnet-50, Offline: the largest gap is throughput: predicted 125 samples/s, measured 100 "
                 "samples/s, 25 % too high.",
                 "Back to back, a sample took 10.0 ms against 8.00 ms expected."}));
}

TEST(ExplainGap, LatenessOfTheDriverIsNamedWhereItMatters) {
  Summary measured = latencies(0.010, 0.011, 0.020);
  measured.lateness_p99 = Seconds(0.004);
  const auto sentences = explain_gap(latencies(0.010, 0.011, 0.012), RunOrigin::simulated, measured,
                                     "resnet-50", ScenarioKind::server);
  EXPECT_EQ(
      sentences.back(),
      "The driver handed 1 % of the queries over at least 4.00 ms late, which counts in their latency.");
  measured.lateness_p99 = microseconds(20);
  for (const std::string& sentence : explain_gap(latencies(0.010, 0.011, 0.012), RunOrigin::simulated,
                                                 measured, "resnet-50", ScenarioKind::server)) {
    EXPECT_EQ(sentence.find("driver"), std::string::npos);
  }
}

TEST(ExplainGap, NothingInCommon) {
  EXPECT_EQ(explain_gap({}, RunOrigin::predicted, latencies(1, 1, 1), "resnet-50", ScenarioKind::server),
            (Sentences{"resnet-50, Server: nothing to compare: no figure is both predicted and measured."}));
}

Scenario server_at(double qps, Nanoseconds limit) {
  Scenario scenario;
  scenario.kind = ScenarioKind::server;
  scenario.target_qps = qps;
  scenario.target_latency = limit;
  scenario.percentile = 0.99;
  return scenario;
}

TEST(ExplainScenarios, WaitingTailAndLimit) {
  Summary offline;
  offline.throughput = estimate(100, 99, 101);
  // 1 / 100 s = 10 ms of service; 25 ms - 10 ms = 15 ms, 60 %.
  const auto sentences = explain_scenarios(offline, latencies(0.025, 0.050, 0.075),
                                           server_at(60, std::chrono::milliseconds(70)), "resnet-50");
  EXPECT_EQ(
      sentences,
      (Sentences{
          "resnet-50: Offline reaches 100 samples/s with every sample there from the start; Server "
          "offered 60 queries/s, 60 % of that.",
          "In Offline a sample costs 10.0 ms of the system's time; half the Server queries took 25.0 ms or "
          "more from their scheduled arrival: 15.0 ms of it (60 %) is waiting, for the queue or a batch, "
          "and running in a batch of another size.",
          "Server's P99 of 75.0 ms is 3.0 times its P50: arrivals are random (Poisson), so queries meet "
          "others even though the mean load is below what Offline can do.",
          "Server answers to a limit, 70.0 ms at P99, and misses it with 75.0 ms; Offline has none."}));
}

TEST(ExplainScenarios, OverloadGrowsTheQueue) {
  Summary offline;
  offline.throughput = estimate(100, 99, 101);
  const auto sentences = explain_scenarios(offline, {}, server_at(120, Nanoseconds(0)), "resnet-50");
  EXPECT_EQ(sentences,
            (Sentences{
                "resnet-50: Offline reaches 100 samples/s with every sample there from the start; Server "
                "offered 120 queries/s, 120 % of that. More arrives than Offline can do: the queue grows for "
                "as long as the test lasts."}));
}

TEST(ExplainScenarios, NoThroughputNoComparison) {
  EXPECT_EQ(explain_scenarios({}, latencies(1, 1, 1), server_at(1, Nanoseconds(0)), "resnet-50"),
            (Sentences{"resnet-50: Offline has no throughput, so Server cannot be set against it."}));
}

}  // namespace
}  // namespace ridgeline
