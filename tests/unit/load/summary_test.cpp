#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "ridgeline/scenario.h"
#include "runs.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

std::vector<Nanoseconds> one_to(int n) {
  std::vector<Nanoseconds> latencies;
  for (int i = n; i >= 1; --i) latencies.push_back(ms(i));
  return latencies;
}

// Latencies 1..1000 ms, in an order in which neighbours are far apart: sorted[floor(n p)] is n p + 1 ms.
TEST(Summary, PercentilesAreNearestRanks) {
  std::vector<Nanoseconds> latencies;
  for (int i = 0; i < 1000; ++i) latencies.push_back(ms(i * 607 % 1000 + 1));
  const Summary s = summarize(closed_loop(short_single_stream(), latencies));
  EXPECT_EQ(s.queries, 1000u);
  EXPECT_DOUBLE_EQ(s.p50->value, 0.501);
  EXPECT_DOUBLE_EQ(s.p90->value, 0.901);
  EXPECT_DOUBLE_EQ(s.p99->value, 0.991);
  EXPECT_NEAR(s.mean->value, 0.5005, 1e-12);
  EXPECT_NEAR(s.duration.value(), 500.5, 1e-9);
  EXPECT_NEAR(s.throughput->value, 1000 / 500.5, 1e-9);
  // Binomial(1000, 0.9) is within 1.96 sqrt(90) = 18.6 of 900; ranks are whole.
  EXPECT_NEAR(*s.p90->low, 0.901 - 0.0186, 0.002);
  EXPECT_NEAR(*s.p90->high, 0.901 + 0.0186, 0.002);
}

// In falling order the thousand are as good as one draw.
TEST(Summary, NoIntervalIsStatedWhereNeighboursAreAlike) {
  const Summary s = summarize(closed_loop(short_single_stream(), one_to(1000)));
  EXPECT_DOUBLE_EQ(s.p90->value, 0.901);
  EXPECT_FALSE(s.p90->low);
}

// Times in an M/M/1 queue at 80 % load are exponential with mean 1 / (1 - rho) services, so that P99 is
// ln(100) / (1 - rho). Neighbours are alike: ranks of independent draws would hold the truth in few runs.
TEST(Summary, IntervalsCoverTheTruthOfAQueue) {
  constexpr double rho = 0.8;
  constexpr int trials = 100;
  const double truth = std::log(100) / (1 - rho);
  int held = 0, held_if_independent = 0, stated = 0;
  for (int trial = 0; trial < trials; ++trial) {
    RandomStream stream(static_cast<std::uint64_t>(trial), "queue");
    std::vector<Nanoseconds> latencies(200'000);
    double wait = stream.uniform() < rho ? stream.exponential() / (1 - rho) : 0;  // stationary from the start
    for (auto& latency : latencies) {
      const double service = stream.exponential();
      latency = to_nanoseconds(Seconds(wait + service));
      wait = std::max(0.0, wait + service - stream.exponential() / rho);
    }
    const Summary s = summarize(server_run(latencies, Nanoseconds(0)));
    if (!s.p99->low) continue;
    ++stated;
    held += *s.p99->low <= truth && truth <= *s.p99->high;
    std::sort(latencies.begin(), latencies.end());
    const auto ranks = stats::quantile_ranks(latencies.size(), 0.99);
    held_if_independent += to_seconds(latencies[ranks->low]).value() <= truth &&
                           truth <= to_seconds(latencies[ranks->high]).value();
  }
  ASSERT_GT(stated, trials * 9 / 10);
  const double error = std::sqrt(0.95 * 0.05 / stated);
  EXPECT_GE(held / double(stated), 0.95 - 3 * error);
  EXPECT_LT(held_if_independent / double(stated), 0.6);
}

TEST(Summary, WhatTheSampleCannotSupportIsAbsent) {
  const Summary few = summarize(closed_loop(short_single_stream(), one_to(9)));
  EXPECT_TRUE(few.p50);
  EXPECT_FALSE(few.p90);
  EXPECT_FALSE(few.p99);
  EXPECT_FALSE(few.early_stopping);
  EXPECT_FALSE(few.throughput->low);
  EXPECT_FALSE(few.ttft_p50);
  EXPECT_FALSE(few.tpot_p50);
  EXPECT_FALSE(few.lateness_p99);
  const Summary more = summarize(closed_loop(short_single_stream(), one_to(120)));
  ASSERT_TRUE(more.p99);
  EXPECT_FALSE(more.p99->low) << "an interval needs ten beyond";
  EXPECT_FALSE(more.p99->high);
}

TEST(Summary, AnEmptyRunHasNothing) {
  const Summary s = summarize(ridgeline::Run());
  EXPECT_EQ(s.queries, 0u);
  EXPECT_FALSE(s.p50);
  EXPECT_FALSE(s.mean);
  EXPECT_FALSE(s.throughput);
  EXPECT_FALSE(s.verdict.valid);
}

// 64 queries at P90: one may be over, none is discarded, the estimate is the maximum. 100 queries: t = 3
// needs 97, t = 4 needs 112 (smallest n with P(Binomial(n, 0.1) <= t) <= 0.01), so the estimate is
// sorted[97], 98 ms.
TEST(Summary, EarlyStoppingEstimate) {
  EXPECT_DOUBLE_EQ(summarize(closed_loop(short_single_stream(), one_to(64))).early_stopping->value(), 0.064);
  EXPECT_DOUBLE_EQ(summarize(closed_loop(short_single_stream(), one_to(100))).early_stopping->value(), 0.098);
  EXPECT_FALSE(summarize(closed_loop(short_single_stream(), one_to(63))).early_stopping);
  EXPECT_FALSE(summarize(server_run(one_to(1000), ms(2000))).early_stopping) << "Server has no estimate";
}

TEST(Summary, MultiStreamLatencyIsOfQueriesAndThroughputOfSamples) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::multi_stream);
  const Summary s = summarize(closed_loop(scenario, std::vector<Nanoseconds>(700, ms(4))));
  EXPECT_EQ(s.queries, 700u);
  EXPECT_EQ(s.samples, 5600u);
  EXPECT_DOUBLE_EQ(s.p99->value, 0.004);
  EXPECT_NEAR(s.throughput->value, 8 / 0.004, 1e-6);
  EXPECT_NEAR(*s.throughput->low, 2000, 1e-6);
  EXPECT_NEAR(*s.throughput->high, 2000, 1e-6);
  EXPECT_DOUBLE_EQ(s.early_stopping->value(), 0.004);
}

// LoadGen: (n - 1) over the completion of the query issued last, though an earlier one may complete later.
TEST(Summary, ServerThroughputEndsWithTheQueryIssuedLast) {
  std::vector<Nanoseconds> latencies(101, ms(5));
  latencies[50] = ms(9000);
  const Summary s = summarize(server_run(latencies, ms(10)));
  EXPECT_NEAR(s.throughput->value, 100 / 1.005, 1e-9);
  EXPECT_NEAR(s.duration.value(), 9.5, 1e-9);
}

TEST(Summary, LatencyCountsFromTheScheduleNotTheIssue) {
  ridgeline::Run run = server_run(std::vector<Nanoseconds>(100, ms(5)), ms(500));
  for (QueryRecord& q : run.queries) q.issued += ms(3);
  const Summary measured = summarize(run);
  EXPECT_DOUBLE_EQ(measured.p50->value, 0.005);
  EXPECT_DOUBLE_EQ(measured.lateness_p99->value(), 0.003);
  run.origin = RunOrigin::simulated;
  EXPECT_FALSE(summarize(run).lateness_p99);
}

// Eight cameras each 10 ms with a deadline of 10 ms: latencies of 1, 2 ... 20 ms miss it in 10 of 20, and so
// does the period whose answer never came.
TEST(Summary, CountsMissedDeadlines) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::constant_stream);
  scenario.samples_per_query = 8;
  scenario.target_qps = 100;
  ridgeline::Run run = closed_loop(scenario, one_to(20));
  EXPECT_EQ(summarize(run).missed_deadlines, 10u);
  EXPECT_EQ(summarize(run).samples, 160u);
  run.timed_out = 1;
  EXPECT_EQ(summarize(run).missed_deadlines, 11u);
  EXPECT_EQ(summarize(run).issued(), 21u);
  run.scenario.kind = ScenarioKind::server;
  EXPECT_FALSE(summarize(run).missed_deadlines);
}

// 80 samples in ten batches of 8, one each 10 ms: 800 a second; the 40th (0-based) ends batch 6, at 60 ms.
TEST(Summary, OfflineIsOverSamples) {
  const Summary s = summarize(offline_run(80));
  EXPECT_EQ(s.queries, 1u);
  EXPECT_EQ(s.samples, 80u);
  EXPECT_DOUBLE_EQ(s.p50->value, 0.060);
  EXPECT_DOUBLE_EQ(s.p90->value, 0.100);
  EXPECT_FALSE(s.p99);
  EXPECT_FALSE(s.p50->low) << "samples of one query are not independent draws";
  EXPECT_NEAR(s.mean->value, 0.055, 1e-12);
  EXPECT_NEAR(s.throughput->value, 800, 1e-9);
  EXPECT_FALSE(s.throughput->low) << "ten completion times are too few for an interval";
  EXPECT_NEAR(*summarize(offline_run(800)).throughput->low, 800, 1e-6);
}

TEST(Summary, AnInterruptedOfflineQueryShowsItsSamplesOnly) {
  ridgeline::Run run = offline_run(80);
  run.queries.clear();
  run.interrupted = true;
  const Summary s = summarize(run);
  EXPECT_EQ(s.queries, 0u);
  EXPECT_EQ(s.samples, 80u);
  EXPECT_TRUE(s.p50);
  EXPECT_FALSE(s.throughput);
  EXPECT_FALSE(s.verdict.valid);
}

// First token after 20 ms of 100 ms, 17 tokens: 80 ms / 16 a token. One token has no time between tokens.
TEST(Summary, TokenTimes) {
  ridgeline::Run run = server_run(std::vector<Nanoseconds>(30, ms(100)), ms(500));
  for (QueryRecord& q : run.queries) {
    q.first_token = q.scheduled + ms(20);
    q.tokens = 17;
  }
  run.queries[0].tokens = 1;
  const Summary s = summarize(run);
  EXPECT_DOUBLE_EQ(s.ttft_p50->value, 0.020);
  EXPECT_DOUBLE_EQ(s.tpot_p50->value, 0.005);
  EXPECT_TRUE(s.tpot_p50->low);
  for (QueryRecord& q : run.queries) q.samples = 2, q.tokens = 34;
  EXPECT_DOUBLE_EQ(summarize(run).tpot_p50->value, 0.005) << "tokens are of all samples of a query";
}

// The interval of P90 of independent exponential latencies, through the whole summary: at least 95 % of 2,000
// runs hold the truth, less five binomial standard deviations (2.4 points).
TEST(Summary, IntervalsCoverTheTruth) {
  RandomStream stream(21, "latencies");
  int p90 = 0, mean = 0;
  constexpr int trials = 2000;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<Nanoseconds> latencies(300);
    for (auto& latency : latencies) latency = to_nanoseconds(Seconds(stream.exponential()));
    const Summary s = summarize(closed_loop(short_single_stream(), latencies));
    p90 += *s.p90->low <= std::log(10) && std::log(10) <= *s.p90->high;
    mean += *s.mean->low <= 1 && 1 <= *s.mean->high;
  }
  EXPECT_GE(p90 / double(trials), 0.95 - 0.024);
  EXPECT_LE(p90 / double(trials), 0.97 + 0.024) << "ranks are whole: the promise is a little above 95 %";
  EXPECT_NEAR(mean / double(trials), 0.95, 0.024);
}

}  // namespace
}  // namespace ridgeline::load
