#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/scenario.h"
#include "runs.h"

namespace ridgeline::load {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> reasons(const Run& run) {
  const Verdict verdict = summarize(run).verdict;
  EXPECT_EQ(verdict.valid, verdict.reasons.empty());
  return verdict.reasons;
}

std::vector<Nanoseconds> steady(std::size_t n, Nanoseconds latency) {
  return std::vector<Nanoseconds>(n, latency);
}

TEST(Verdict, SingleStreamNeeds64Queries) {
  EXPECT_THAT(reasons(closed_loop(short_single_stream(), steady(64, ms(10)))), IsEmpty());
  EXPECT_THAT(reasons(closed_loop(short_single_stream(), steady(45, ms(10)))),
              ElementsAre("early stopping needs 64 queries at the 90th percentile, had 45"));
}

TEST(Verdict, PercentilesAreWrittenAsPeopleDo) {
  Scenario s = short_single_stream();
  s.percentile = 0.92;
  EXPECT_THAT(reasons(closed_loop(s, steady(45, ms(10)))),
              ElementsAre("early stopping needs 81 queries at the 92nd percentile, had 45"));
  s.percentile = 0.999;
  EXPECT_THAT(reasons(closed_loop(s, steady(45, ms(10)))),
              ElementsAre("early stopping needs 6636 queries at the 99.9th percentile, had 45"));
}

// The closed loop is timed by its last issue: 121 queries of 100 ms, the last issued at 12 s.
TEST(Verdict, DurationIsOfTheLastIssue) {
  Scenario s = short_single_stream();
  s.min_duration = std::chrono::seconds(600);
  EXPECT_THAT(reasons(closed_loop(s, steady(121, ms(100)))),
              ElementsAre("ran 12.0 s of the 600 s that the scenario asks for"));
  s.min_duration = std::chrono::seconds(12);
  EXPECT_THAT(reasons(closed_loop(s, steady(121, ms(100)))), IsEmpty());
  s.min_duration += Nanoseconds(1);
  EXPECT_THAT(reasons(closed_loop(s, steady(121, ms(100)))),
              ElementsAre("ran 12.000000000 s of the 12.000000001 s that the scenario asks for"));
}

TEST(Verdict, CountsQueriesAndOfflineSamples) {
  Scenario s = short_single_stream();
  s.min_queries = 100;
  EXPECT_THAT(reasons(closed_loop(s, steady(80, ms(10)))),
              ElementsAre("completed 80 of the 100 queries that the scenario asks for"));
  ridgeline::Run offline = offline_run(80);
  EXPECT_THAT(reasons(offline), IsEmpty());
  offline.scenario.min_queries = 24576;
  offline.scenario.min_duration = std::chrono::seconds(600);
  EXPECT_THAT(reasons(offline), ElementsAre("ran 100 ms of the 600 s that the scenario asks for",
                                            "completed 80 of the 24576 samples that the scenario asks for"));
}

TEST(Verdict, ServerIsHeldToItsLimit) {
  auto latencies = steady(1000, ms(50));
  EXPECT_THAT(reasons(server_run(latencies, ms(50))), IsEmpty()) << "at the limit is within it";
  for (int i = 0; i < 11; ++i) latencies[static_cast<std::size_t>(i)] = ms(212);
  EXPECT_THAT(reasons(server_run(latencies, ms(130))), ElementsAre("P99 212 ms exceeds the limit of 130 ms"));
  EXPECT_THAT(reasons(server_run(latencies, Nanoseconds(0))), IsEmpty()) << "no limit";
}

// 1,000 queries, four over: the nearest-rank P99 is within the limit, but early stopping needs 1,157
// (smallest n with P(Binomial(n, 0.01) <= 4) <= 0.01), as for three it needs 1,001: two pass, with 838.
TEST(Verdict, ServerNeedsEarlyStoppingsProofToo) {
  auto latencies = steady(1000, ms(50));
  for (int i = 0; i < 2; ++i) latencies[static_cast<std::size_t>(i)] = ms(212);
  EXPECT_THAT(reasons(server_run(latencies, ms(130))), IsEmpty());
  for (int i = 0; i < 4; ++i) latencies[static_cast<std::size_t>(i)] = ms(212);
  EXPECT_THAT(
      reasons(server_run(latencies, ms(130))),
      ElementsAre("early stopping needs 1157 queries at the 99th percentile when 4 exceed the limit of "
                  "130 ms, had 1000"));
  EXPECT_THAT(
      reasons(server_run(steady(458, ms(50)), ms(130))),
      ElementsAre("early stopping needs 459 queries at the 99th percentile when 0 exceed the limit of "
                  "130 ms, had 458"));
}

TEST(Verdict, AClientThatIsLateSpoilsAMeasuredServerRun) {
  ridgeline::Run run = server_run(steady(1000, ms(50)), ms(130));
  for (QueryRecord& q : run.queries) q.issued += std::chrono::microseconds(1300);
  EXPECT_THAT(reasons(run), IsEmpty());
  for (QueryRecord& q : run.queries) q.issued += std::chrono::microseconds(700);
  EXPECT_THAT(reasons(run),
              ElementsAre("queries were issued late: P99 of the lateness 2.00 ms exceeds 1.30 ms, "
                          "1 % of the limit of 130 ms"));
  run.origin = RunOrigin::simulated;
  EXPECT_THAT(reasons(run), IsEmpty());
}

TEST(Verdict, QueriesWithoutAnAnswerSpoilARun) {
  ridgeline::Run run = server_run(steady(1000, ms(50)), ms(130));
  run.refused = 2;
  run.timed_out = 1;
  EXPECT_THAT(reasons(run), ElementsAre("3 of 1003 queries got no answer: 2 refused, 1 timed out"));
  run.queries.clear();
  EXPECT_THAT(reasons(run),
              ElementsAre("3 of 3 queries got no answer: 2 refused, 1 timed out", "no query completed"));
}

TEST(Verdict, FailuresAreNamedByKind) {
  ridgeline::Run run = server_run(steady(1000, ms(50)), ms(130));
  run.refused = 1;
  run.failures = {{"HTTP 503", 4}, {"timeout", 2}};
  EXPECT_THAT(reasons(run), ElementsAre("7 of 1007 queries got no answer: 1 refused, 4 HTTP 503, 2 timeout"));
}

TEST(Verdict, InterruptedOrEmptyIsInvalid) {
  ridgeline::Run run = closed_loop(short_single_stream(), steady(64, ms(10)));
  run.interrupted = true;
  EXPECT_THAT(reasons(run), ElementsAre("the run was interrupted before the scenario was complete"));
  run.queries.clear();
  EXPECT_THAT(reasons(run),
              ElementsAre("the run was interrupted before the scenario was complete", "no query completed"));
}

}  // namespace
}  // namespace ridgeline::load
