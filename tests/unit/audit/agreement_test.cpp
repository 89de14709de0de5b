#include "audit/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ridgeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr auto ms(double t) { return Nanoseconds(static_cast<std::int64_t>(t * 1e6)); }

/// Queries that each meet no other, 100 ms apart.
Run run_of(const std::vector<double>& latencies_ms) {
  Run run;
  for (const double latency : latencies_ms) {
    QueryRecord q;
    q.scheduled = q.issued = ms(100.0 * static_cast<double>(run.queries.size()));
    q.completed = q.scheduled + ms(latency);
    run.queries.push_back(q);
  }
  return run;
}

/// Measured 10 ms to the dot, in P50 and P99.
AuditCell cell(double predicted_p50, double simulated_p99) {
  AuditCell result;
  result.measured.emplace();
  result.measured->p50 = Estimate{0.010, {}, {}};
  const auto add = [&](const char* name, double predicted, double simulated) {
    AuditMetric metric;
    metric.name = name;
    metric.measured = Estimate{0.010, {}, {}};
    metric.predicted = Estimate{predicted, {}, {}};
    metric.simulated = Estimate{simulated, {}, {}};
    metric.predicted_error = predicted / 0.010 - 1;
    metric.simulated_error = simulated / 0.010 - 1;
    result.metrics.push_back(metric);
  };
  add("P50", predicted_p50, 0.010);
  add("P99", 0.010, simulated_p99);
  return result;
}

const Run steady = run_of(std::vector<double>(20, 10.0));

TEST(Agreement, QueriesThatMeetOthersAreNoServiceTimes) {
  auto run = run_of({10, 30, 20});
  run.queries[1].completed = run.queries[2].scheduled + ms(5);  // the third meets the second
  const auto alone = audit::unqueued(run);
  ASSERT_EQ(alone.size(), 2u);
  EXPECT_DOUBLE_EQ(alone[0].value(), 0.010);
  EXPECT_DOUBLE_EQ(alone[1].value(), 0.105);
}

TEST(Agreement, GoalsAre15PercentOfTheMedianAnd30OfTheTail) {
  const audit::Evidence fine{steady, steady, Seconds(0.010), Seconds(0.010)};
  EXPECT_THAT(audit::judge_agreement(cell(0.0114, 0.0129), fine).off, IsEmpty());
  EXPECT_THAT(audit::judge_agreement(cell(0.0116, 0.0131), fine).off,
              ElementsAre("predicted P50 +16 %", "simulated P99 +31 %"));
}

TEST(Agreement, AMeasuredIntervalIsAllowedFor) {
  AuditCell wide = cell(0.0116, 0.010);
  wide.metrics[0].measured = Estimate{0.010, 0.009, 0.0102};  // 0.0102 x 1.15 = 0.01173
  const auto a = audit::judge_agreement(wide, {steady, steady, Seconds(0.010), Seconds(0.010)});
  EXPECT_THAT(a.off, IsEmpty());
  EXPECT_FALSE(a.within);  // but the figures are apart
}

TEST(Agreement, ServiceThatIsOffInSingleStreamTooIsTheModels) {
  const auto a =
      audit::judge_agreement(cell(0.008, 0.010), {steady, steady, Seconds(0.008), Seconds(0.0101)});
  EXPECT_THAT(a.broken, ElementsAre(AllOf(StartsWith("service: "), HasSubstr("(+25 %)")),
                                    StartsWith("Poisson arrivals")));
}

TEST(Agreement, ServiceThatSingleStreamDidNotHaveIsTheMachines) {
  const auto a = audit::judge_agreement(cell(0.008, 0.014), {steady, steady, Seconds(0.008), Seconds(0.008)});
  EXPECT_THAT(a.broken, ElementsAre(StartsWith("steady speed: ")));
}

TEST(Agreement, SpreadThatTheSimulationLacksIsInterference) {
  std::vector<double> some(20, 10.0);
  for (std::size_t i = 0; i < some.size(); i += 5) some[i] = 14;  // P90 over P50 is 1.4
  const auto spread = run_of(some);
  const auto a = audit::judge_agreement(cell(0.010, 0.014), {steady, spread, Seconds(0.010), Seconds(0.010)});
  EXPECT_THAT(a.broken, ElementsAre(AllOf(StartsWith("interference: "), HasSubstr("1.40, and 1.00"))));
}

TEST(Agreement, LateIssueIsNamedAndSoIsKnowingNothing) {
  AuditCell late = cell(0.010, 0.014);
  late.measured->lateness_p99 = Seconds(0.001);  // a tenth of the median
  const audit::Evidence fine{steady, steady, Seconds(0.010), Seconds(0.010)};
  EXPECT_THAT(audit::judge_agreement(late, fine).broken, ElementsAre(StartsWith("issue on time: ")));
  EXPECT_THAT(audit::judge_agreement(cell(0.010, 0.014), fine).broken, ElementsAre(StartsWith("none ")));
}

TEST(Agreement, WithoutAMedianNothingIsJudged) {
  AuditCell empty;
  empty.measured.emplace();
  EXPECT_FALSE(audit::judge_agreement(empty, {steady, steady, Seconds(0.010), Seconds(0.010)}).judged);
}

}  // namespace
}  // namespace ridgeline
