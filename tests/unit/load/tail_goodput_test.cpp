#include <gtest/gtest.h>

#include "ridgeline/tail.h"

namespace ridgeline {
namespace {

using std::chrono::milliseconds;

/// Arrives every 10 ms; first token after `ttft`, then `tokens` in all until `latency`.
QueryRecord query(int index, int ttft_ms, int latency_ms, std::uint32_t tokens) {
  QueryRecord q;
  q.scheduled = q.issued = milliseconds(10 * index);
  if (ttft_ms > 0) q.first_token = q.scheduled + milliseconds(ttft_ms);
  q.completed = q.scheduled + milliseconds(latency_ms);
  q.tokens = tokens;
  return q;
}

LatencyObjective objective(std::optional<Seconds> latency, std::optional<Seconds> ttft = {},
                           std::optional<Seconds> tpot = {}) {
  LatencyObjective o;
  o.latency = latency;
  o.ttft = ttft;
  o.tpot = tpot;
  return o;
}

Seconds ms(double t) { return ridgeline::milliseconds(t); }

TEST(Goodput, CountsWhatMeetsEveryLimit) {
  ridgeline::Run run;
  run.queries = {query(0, 50, 150, 11),  // TPOT (150 - 50) / 10 = 10 ms
                 query(1, 50, 250, 11),  // TPOT 20 ms
                 query(2, 120, 200, 9),  // TPOT 80 / 8 = 10 ms
                 query(97, 30, 30, 1)};  // one token: no TPOT to miss; completes at 1.0 s
  const auto good = [&](const LatencyObjective& o) { return goodput(run, o)->good; };
  EXPECT_EQ(good(objective(ms(150))), 2u);
  EXPECT_EQ(good(objective(ms(149))), 1u);
  EXPECT_EQ(good(objective({}, ms(50))), 3u);
  EXPECT_EQ(good(objective({}, {}, ms(10))), 3u);
  EXPECT_EQ(good(objective({}, ms(50), ms(10))), 2u);
  EXPECT_EQ(good(objective(ms(100), ms(50), ms(10))), 1u);
  const auto result = goodput(run, objective({}, ms(50), ms(10)));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->queries, 4u);
  EXPECT_DOUBLE_EQ(result->attainment(), 0.5);
  EXPECT_DOUBLE_EQ(result->throughput.value(), 4);  // in 1.0 s
  EXPECT_DOUBLE_EQ(result->goodput.value(), 2);
}

TEST(Goodput, CountsTokensOfOneSample) {
  ridgeline::Run run;
  run.queries = {query(0, 50, 150, 22)};
  run.queries[0].samples = 2;  // 11 each: TPOT 10 ms
  EXPECT_EQ(goodput(run, objective({}, {}, ms(10)))->good, 1u);
  EXPECT_EQ(goodput(run, objective({}, {}, ms(9.9)))->good, 0u);
}

TEST(Goodput, NeedsAFirstTokenForItsLimits) {
  ridgeline::Run run;
  run.queries = {query(0, 0, 10, 0)};
  EXPECT_EQ(goodput(run, objective(ms(10)))->good, 1u);
  EXPECT_EQ(goodput(run, objective({}, ms(10)))->good, 0u);
  EXPECT_EQ(goodput(run, objective({}, {}, ms(10)))->good, 0u);
}

// Two of four within 10 ms, one over it, one refused: half of what was asked for.
TEST(Goodput, WhatGotNoAnswerMissesEveryLimit) {
  ridgeline::Run run;
  run.queries = {query(0, 0, 5, 0), query(1, 0, 10, 0), query(2, 0, 11, 0)};
  run.refused = 1;
  const auto result = goodput(run, objective(ms(10)));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->good, 2u);
  EXPECT_EQ(result->lost, 1u);
  EXPECT_DOUBLE_EQ(result->attainment(), 0.5);
}

TEST(Goodput, OfNothingIsNothing) {
  const auto result = goodput(ridgeline::Run(), objective(ms(1)));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->attainment(), 0);
  EXPECT_EQ(result->goodput.value(), 0);
}

TEST(Goodput, RefusesNoLimitAndLimitsOfNothing) {
  EXPECT_FALSE(goodput(ridgeline::Run(), LatencyObjective()));
  EXPECT_FALSE(goodput(ridgeline::Run(), objective(ms(0))));
  EXPECT_FALSE(goodput(ridgeline::Run(), objective(ms(1), ms(-1))));
}

// A query every 10 ms with latency 5 ms, but 200 ms for those that arrive from 1 s on: windows of 1 s see 100
// arrivals each; of the slow ones 19 complete after their window (1.8 + 0.2 = 2.0 is its end).
TEST(CompletionWindows, ShowWhenTheTailGrew) {
  ridgeline::Run run;
  for (int i = 0; i < 200; ++i) run.queries.push_back(query(i, 0, i < 100 ? 5 : 200, 0));
  const auto windows = completion_windows(run, std::chrono::seconds(1));
  ASSERT_TRUE(windows);
  ASSERT_EQ(windows->size(), 3u);
  EXPECT_EQ((*windows)[0].arrived, 100u);
  EXPECT_EQ((*windows)[0].completed, 100u);
  EXPECT_DOUBLE_EQ((*windows)[0].p99->value(), 0.005);
  EXPECT_EQ((*windows)[1].arrived, 100u);
  EXPECT_EQ((*windows)[1].completed, 81u);
  EXPECT_FALSE((*windows)[1].p99) << "81 do not support P99";
  EXPECT_EQ((*windows)[2].arrived, 0u);
  EXPECT_EQ((*windows)[2].completed, 19u);
  EXPECT_EQ((*windows)[2].start, std::chrono::seconds(2));
}

TEST(CompletionWindows, RefuseALengthOfNothingOrTooManyWindows) {
  ridgeline::Run run;
  run.queries = {query(0, 0, 2000, 0)};
  EXPECT_FALSE(completion_windows(run, Nanoseconds(0)));
  EXPECT_FALSE(completion_windows(run, Nanoseconds(1)));
  EXPECT_TRUE(completion_windows(ridgeline::Run(), Nanoseconds(1))->empty());
}

}  // namespace
}  // namespace ridgeline
