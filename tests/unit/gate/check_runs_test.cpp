// Runs whose percentiles can be read off: query i takes a time that is known.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "gate/observe.h"
#include "ridgeline/gate.h"

namespace ridgeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// SingleStream: each query begins when the one before is done.
template <class LatencyOf>
Run run_of(std::size_t queries, LatencyOf latency_of) {
  Run run;
  run.scenario = Scenario::mlperf(ScenarioKind::single_stream);
  run.scenario.min_duration = Nanoseconds(1);
  Nanoseconds now{0};
  for (std::size_t i = 0; i < queries; ++i) {
    QueryRecord q;
    q.scheduled = q.issued = now;
    q.completed = now = now + Nanoseconds(latency_of(i));
    run.queries.push_back(q);
  }
  return run;
}

Run jittered(std::size_t queries, double milliseconds, std::uint64_t seed) {
  RandomStream draw(seed, "latencies");
  return run_of(queries, [&](std::size_t) {
    return static_cast<std::int64_t>(1e6 * milliseconds * (0.9 + 0.2 * draw.uniform()));
  });
}

Result<GateReport> checked(const Run& base, const Run& head, std::initializer_list<std::string_view> texts,
                           GateOptions options = {}) {
  std::vector<Criterion> criteria;
  for (const std::string_view text : texts) {
    const auto c = parse_criterion(text, run_vocabulary());
    if (!c) return c.error();
    criteria.push_back(*c);
  }
  options.comparison.replicas = 400;
  return check(base, head, criteria, options);
}

std::vector<Outcome> outcomes(const GateReport& report) {
  std::vector<Outcome> all;
  for (const CriterionResult& r : report.results) all.push_back(r.judgement.outcome);
  return all;
}

TEST(CheckRuns, TellsALargeChangeFromASmallOneAndFromNone) {
  const ridgeline::Run base = jittered(4000, 10, 1);
  const auto slower =
      checked(base, jittered(4000, 12, 2), {"p50 > +5%", "p50 > +50%", "p50 > +1ms", "mean > 20ms"});
  ASSERT_TRUE(slower) << slower.error().message;
  EXPECT_THAT(outcomes(*slower),
              ElementsAre(Outcome::failed, Outcome::passed, Outcome::failed, Outcome::passed));
  EXPECT_NEAR(slower->results[0].seen.relative->value, 0.2, 0.02);
  const auto same = checked(base, jittered(4000, 10, 3), {"p50 > +5%", "throughput < -5%"});
  EXPECT_THAT(outcomes(*same), ElementsAre(Outcome::passed, Outcome::passed));
}

TEST(CheckRuns, AShortRunCannotTell) {
  const auto report = checked(jittered(12, 10, 1), jittered(12, 12, 2), {"p50 > +5%"});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(outcomes(*report), ElementsAre(Outcome::cannot_tell));
}

TEST(CheckRuns, WhatNeitherHasIsNotMeasured) {
  const auto report =
      checked(jittered(100, 10, 1), jittered(100, 10, 2), {"ttft_p99 > +5%", "gap_p99 > 3ms"});
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->results[0].judgement.measured);
  EXPECT_EQ(report->results[0].judgement.reason, "neither side has ttft_p99");
  EXPECT_EQ(report->results[1].judgement.reason, "HEAD has no gap_p99");
}

TEST(CheckRuns, WarnsOfInvalidInterruptedAndOtherRuns) {
  ridgeline::Run base = jittered(100, 10, 1), head = jittered(100, 10, 2);
  base.interrupted = true;
  base.workload = "a";
  head.workload = "b";
  head.failures = {{"timeout", 1}};
  const auto report = checked(base, head, {"lost > 0", "lost > +0"});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(
      report->warnings,
      testing::IsSupersetOf({testing::Matcher<std::string>("BASE was interrupted"),
                             testing::Matcher<std::string>(HasSubstr("HEAD is INVALID: ")),
                             testing::Matcher<std::string>("the runs differ in workload: a against b")}));
  // One was lost, and counted: no interval is asked for.
  EXPECT_THAT(outcomes(*report), ElementsAre(Outcome::failed, Outcome::failed));
}

TEST(CheckRuns, RefusesWhatCannotBeCompared) {
  ridgeline::Run offline = jittered(100, 10, 1);
  offline.scenario = Scenario::mlperf(ScenarioKind::offline);
  EXPECT_FALSE(checked(jittered(100, 10, 1), offline, {"p50 > +5%"}));
  EXPECT_FALSE(checked(jittered(100, 10, 1), jittered(100, 10, 1), {}));
}

TEST(Figure, HasTheIntervalOfTheRunAlone) {
  // 0 to 9,999 us: p95 is sorted[9500].
  const ridgeline::Run run =
      run_of(10'000, [](std::size_t i) { return static_cast<std::int64_t>(1000 * (i * 7919 % 10'000)) + 1; });
  const gate::Side side(run);
  const auto p95 = gate::figure(side, "p95");
  ASSERT_TRUE(p95);
  EXPECT_NEAR(p95->estimate.value, 9500e-6, 2e-9);
  ASSERT_TRUE(p95->estimate.low && p95->estimate.high);
  EXPECT_LT(*p95->estimate.low, p95->estimate.value);
  EXPECT_GT(*p95->estimate.high, p95->estimate.value);
  EXPECT_NEAR(gate::figure(side, "max")->estimate.value, 9999e-6, 2e-9);
  EXPECT_EQ(gate::figure(side, "max")->certainty, Certainty::exact);
  EXPECT_FALSE(gate::figure(side, "goodput"));
  EXPECT_FALSE(gate::figure(side, "ttft_p50"));
}

/// Each metric that runs have can be named, and is found where a summary has it.
TEST(Figure, KnowsTheNamesOfTheComparison) {
  const ridgeline::Run run = jittered(5000, 10, 1);
  const auto difference = compare(run, jittered(5000, 11, 2));
  ASSERT_TRUE(difference);
  const gate::Side side(run);
  for (const MetricDifference& m : difference->metrics) {
    const auto found = gate::figure(side, m.metric->name);
    ASSERT_TRUE(found) << m.metric->name;
    EXPECT_DOUBLE_EQ(found->estimate.value, m.a) << m.metric->name;
  }
  EXPECT_GE(difference->metrics.size(), 6u);
}

}  // namespace
}  // namespace ridgeline
