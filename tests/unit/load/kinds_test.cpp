// ConstantStream, Interactive and ClosedLoop: what their scenarios need, and their verdicts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/scenario.h"
#include "runs.h"

namespace ridgeline::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string complaint(const Scenario& s) {
  const Status status = validate(s);
  EXPECT_FALSE(status);
  return status ? "" : status.error().message;
}

std::vector<std::string> reasons(const ridgeline::Run& run) { return summarize(run).verdict.reasons; }

TEST(Kinds, NeedWhatIsTheirs) {
  Scenario s = Scenario::mlperf(ScenarioKind::constant_stream);
  EXPECT_EQ(s.min_queries, 100'000u);
  EXPECT_EQ(s.percentile, 0.999);
  EXPECT_THAT(complaint(s), HasSubstr("ConstantStream needs an arrival rate"));
  s.target_qps = 1e12;
  EXPECT_THAT(complaint(s), HasSubstr("below 1 ns"));
  s = Scenario::mlperf(ScenarioKind::interactive);
  s.target_qps = 10;
  EXPECT_THAT(complaint(s), HasSubstr("Interactive needs limits"));
  s.ttft_limit = ms(450);
  s.tpot_limit = ms(40);
  EXPECT_TRUE(validate(s));
  s.tpot_limit = Nanoseconds(-1);
  EXPECT_THAT(complaint(s), HasSubstr("tpot_limit"));
  s = Scenario::mlperf(ScenarioKind::closed_loop);
  EXPECT_TRUE(validate(s));
  s.users = 0;
  EXPECT_THAT(complaint(s), HasSubstr("users must be 1 to"));
  s.users = 4;
  s.think_time = Nanoseconds(-1);
  EXPECT_THAT(complaint(s), HasSubstr("think_time"));
  s = Scenario::mlperf(ScenarioKind::single_stream);
  s.users = 2;
  EXPECT_THAT(complaint(s), HasSubstr("belong to ClosedLoop, not SingleStream"));
  s = Scenario::mlperf(ScenarioKind::offline);
  s.arrivals.kind = Arrivals::Kind::gamma;
  EXPECT_THAT(complaint(s), HasSubstr("arrivals belong to Server and Interactive"));
}

/// A server run whose queries generate `tokens` tokens, the first after `ttft`.
ridgeline::Run generating(std::size_t n, Nanoseconds ttft, Nanoseconds tpot, std::uint32_t tokens) {
  ridgeline::Run run = server_run(std::vector<Nanoseconds>(n, ttft + tpot * (tokens - 1)), Nanoseconds(0));
  run.scenario.kind = ScenarioKind::interactive;
  run.scenario.ttft_limit = ms(450);
  run.scenario.tpot_limit = ms(40);
  for (QueryRecord& q : run.queries) {
    q.first_token = q.scheduled + ttft;
    q.tokens = tokens;
  }
  return run;
}

TEST(Interactive, IsHeldToBothLimits) {
  EXPECT_THAT(reasons(generating(1000, ms(450), ms(40), 11)), IsEmpty()) << "at the limits is within them";
  EXPECT_THAT(reasons(generating(1000, ms(451), ms(40), 11)),
              ElementsAre("TTFT: P99 451 ms exceeds the limit of 450 ms"));
  EXPECT_THAT(reasons(generating(1000, ms(450), ms(41), 11)),
              ElementsAre("TPOT: P99 41.0 ms exceeds the limit of 40.0 ms"));
  EXPECT_THAT(reasons(generating(1000, ms(500), ms(50), 11)),
              ElementsAre("TTFT: P99 500 ms exceeds the limit of 450 ms",
                          "TPOT: P99 50.0 ms exceeds the limit of 40.0 ms"));
  // None over needs 459 queries: 0.99^459 < 0.01.
  EXPECT_THAT(
      reasons(generating(458, ms(100), ms(10), 11)),
      ElementsAre("TTFT: early stopping needs 459 queries at the 99th percentile when 0 exceed the limit of "
                  "450 ms, had 458",
                  "TPOT: early stopping needs 459 queries at the 99th percentile when 0 exceed the limit of "
                  "40.0 ms, had 458"));
}

TEST(Interactive, NeedsTokensToJudge) {
  ridgeline::Run run = generating(1000, ms(100), ms(10), 1);
  EXPECT_THAT(reasons(run), ElementsAre(HasSubstr("TPOT has a limit, and no query reported")));
  for (QueryRecord& q : run.queries) q.first_token.reset();
  EXPECT_EQ(reasons(run).size(), 2u);
}

// LoadGen divides whole nanoseconds: (1,000,000,000 - 1) / 3 = 333,333,333 without a fraction.
TEST(TimePerToken, IsInWholeNanoseconds) {
  ridgeline::Run run = generating(10, ms(0), Nanoseconds(0), 4);
  for (QueryRecord& q : run.queries) q.completed = q.scheduled + Nanoseconds(999'999'999);
  EXPECT_EQ(summarize(run).tpot_p50->value, 0.333333333);
}

// Deadline 10 ms, P99.9: of 20,140 queries ten may be late (the table in docs/scenarios.md).
TEST(ConstantStream, IsHeldToItsPeriod) {
  std::vector<Nanoseconds> latencies(20'140, ms(5));
  for (std::size_t i = 0; i < 10; ++i) latencies[i * 1000] = ms(12);
  ridgeline::Run run = server_run(latencies, Nanoseconds(0));
  run.scenario.kind = ScenarioKind::constant_stream;
  run.scenario.percentile = 0.999;
  EXPECT_THAT(reasons(run), IsEmpty());
  run.queries.back().completed += ms(7);
  EXPECT_THAT(reasons(run), ElementsAre(HasSubstr("when 11 exceed the limit of 10.0 ms, had 20140")));
  EXPECT_EQ(summarize(run).decisive->value, 0.005);
  run.scenario.target_latency = ms(12);
  EXPECT_THAT(reasons(run), IsEmpty());
}

TEST(EqualIssue, IsWholePasses) {
  ridgeline::Run run = server_run(std::vector<Nanoseconds>(1000, ms(5)), Nanoseconds(0));
  run.scenario.dataset_samples = 250;
  EXPECT_THAT(reasons(run), IsEmpty());
  run.scenario.dataset_samples = 300;
  EXPECT_THAT(reasons(run),
              ElementsAre("1000 samples are not a whole number of passes over the data set of 300"));
}

// An arrival each 10 ms: n - 1 of them in 10 (n - 1) ms.
TEST(ScheduledRate, CountsAsLoadGenDoes) {
  EXPECT_NEAR(summarize(server_run(std::vector<Nanoseconds>(50, ms(700)), ms(0))).scheduled_rate.value_or(0),
              100, 1e-9);
  EXPECT_FALSE(
      summarize(closed_loop(short_single_stream(), std::vector<Nanoseconds>(50, ms(7)))).scheduled_rate);
}

TEST(ClosedLoop, MayHaveALimitOfItsOwn) {
  Scenario s = Scenario::mlperf(ScenarioKind::closed_loop);
  s.min_duration = Nanoseconds(0);
  EXPECT_THAT(reasons(closed_loop(s, std::vector<Nanoseconds>(500, ms(20)))), IsEmpty());
  s.target_latency = ms(10);
  EXPECT_THAT(reasons(closed_loop(s, std::vector<Nanoseconds>(500, ms(20)))),
              ElementsAre("P99 20.0 ms exceeds the limit of 10.0 ms"));
}

}  // namespace
}  // namespace ridgeline::load
