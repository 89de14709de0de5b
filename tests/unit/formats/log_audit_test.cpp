#include <gmock/gmock.h>

#include <chrono>

#include "logs.h"

namespace ridgeline::formats {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

LogAudit audit(const Folder& folder, const std::string& detail) {
  folder.write("mlperf_log_detail.txt", detail);
  auto result = audit_mlperf_log(folder.path());
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : LogAudit();
}

std::string tokens_detail(const std::string& more) {
  return entry("loadgen_version", quoted("6.0 @ x")) + entry("effective_scenario", quoted("Server")) +
         entry("effective_target_qps", "10") + entry("effective_target_latency_ns", "0") +
         entry("effective_target_latency_percentile", "0.99") +
         entry("requested_use_token_latencies", "true") +
         entry("requested_server_ttft_latency", "2000000000") +
         entry("requested_server_tpot_latency", "200000000") + entry("result_validity", quoted("VALID")) +
         entry("result_query_count", "101") + entry("result_scheduled_samples_per_sec", "10") +
         entry("result_completed_samples_per_sec", "9") +
         entry("result_first_token_99.00_percentile_latency_ns", "500000000") +
         entry("result_first_token_99.90_percentile_latency_ns", "2500000000") +
         entry("result_first_token_max_latency_ns", "3000000000") +
         entry("result_time_per_output_token_99.00_percentile_ns", "150000000") +
         entry("result_time_to_output_token_max", "160000000") + more;
}

// TTFT used 0.5 / 2 = 25 % of its limit, TPOT 150 / 200 = 75 %.
TEST(LogAudit, TheLimitThatIsUsedMostBinds) {
  const Folder folder;
  const LogAudit seen = audit(folder, tokens_detail(""));
  ASSERT_THAT(seen.limits, testing::SizeIs(2));
  EXPECT_EQ(seen.limits[0].name, "TPOT");
  EXPECT_DOUBLE_EQ(*seen.limits[0].used(), 0.75);
  EXPECT_EQ(seen.limits[0].max, 160ms);
  EXPECT_EQ(seen.limits[1].name, "TTFT");
  EXPECT_DOUBLE_EQ(*seen.limits[1].used(), 0.25);
  EXPECT_THAT(seen.oddities, Contains("P99.9 of the TTFT is 2.50 s, 1.25 times the limit"));
  EXPECT_THAT(seen.oddities, Contains(HasSubstr("the greatest TTFT is 3.00 s, 1.5 times the limit")));
}

TEST(LogAudit, CountsAgainstNoLimitSayNothing) {
  const Folder folder;
  EXPECT_THAT(audit(folder, tokens_detail(entry("result_overlatency_query_count", "101"))).oddities,
              Contains(HasSubstr(
                  "result_overlatency_query_count is 101 of 101 because it counts against a limit of 0")));
  EXPECT_THAT(audit(folder, server_detail()).oddities, Not(Contains(HasSubstr("overlatency"))));
}

// Completed 9 of 10 samples/s: 10 % behind.
TEST(LogAudit, FallingBehindIsOdd) {
  const Folder folder;
  EXPECT_THAT(audit(folder, tokens_detail("")).oddities,
              Contains(HasSubstr("10.0 % less: the system fell behind")));
}

TEST(LogAudit, EarlyStoppingSlips) {
  const Folder folder;
  EXPECT_THAT(
      audit(folder, tokens_detail(entry("early_stopping_ttft_result", quoted("")) +
                                  entry("early_stopping_tpot_result", quoted(" * Run unsuccessful."))))
          .oddities,
      Contains(HasSubstr("early stopping says nothing of TTFT")));
  const std::string single = entry("effective_scenario", quoted("SingleStream")) +
                             entry("effective_target_latency_percentile", "0.9") +
                             entry("result_validity", quoted("VALID")) +
                             entry("early_stopping_latency_ss", "273000000") +
                             entry("result_90.00_percentile_latency_ns", "3546000000") +
                             entry("result_first_token_mean_latency_ns", "200000000");
  EXPECT_THAT(
      audit(folder, single).oddities,
      Contains(
          "early_stopping_latency_ss is 273 ms, an estimate of TTFT; P90 of the latency is 3.55 s, which "
          "is the result"));
}

TEST(LogAudit, TokensMayBeInferred) {
  const Folder folder;
  const std::string detail = server_detail() + entry("requested_infer_token_latencies", "true") +
                             entry("result_inferred_completed_tokens_per_second", "5520");
  const LogAudit seen = audit(folder, detail);
  EXPECT_EQ(seen.log.inferred_tokens_per_second, 5520);
  EXPECT_EQ(seen.log.tokens_per_second, std::nullopt);
  EXPECT_THAT(seen.oddities, Contains(HasSubstr("tokens are inferred")));
}

TEST(LogAudit, TheClientRanOutOfQueries) {
  const Folder folder;
  const std::string detail =
      entry("effective_scenario", quoted("MultiStream")) +
      entry("requested_multi_stream_expected_latency_ns", "8e+07") +
      entry("error_runtime", quoted("Ending early: Ran out of generated queries to issue"), "error") +
      entry("result_validity", quoted("INVALID"));
  EXPECT_THAT(audit(folder, detail).oddities,
              Contains("the client ran out of prepared queries: the hint of 80.0 ms a query was too long"));
}

TEST(LogAudit, SeedsOfARoundAreKnownToAll) {
  const Folder folder;
  EXPECT_EQ(audit(folder, server_detail()).round, "Inference v6.1");
  std::string other = server_detail();
  other.replace(other.find("16159082839903944936"), 20, "16159082839903944937");
  EXPECT_EQ(audit(folder, other).round, std::nullopt);
  EXPECT_THAT(audit(folder, other).oddities, Contains(HasSubstr("of no round that is known here")));
}

// The settings, not the log, say which arrivals there were: LoadGen's generator gives them again.
TEST(LogAudit, TheScheduleIsDrawnAgain) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::server);
  scenario.target_qps = 100;
  scenario.min_duration = 20ms;
  scenario.min_queries = 3;
  scenario.seed = 16159082839903944936U;
  const auto schedule = make_schedule(scenario);
  ASSERT_TRUE(schedule);
  const auto n = schedule->arrivals.size();
  const double rate = static_cast<double>(n - 1) / to_seconds(schedule->arrivals.back()).value();
  std::string detail = server_detail();
  const auto put = [&](const std::string& from, const std::string& to) {
    detail.replace(detail.find(from), from.size(), to);
  };
  put(entry("result_query_count", "3"), entry("result_query_count", fmt::format("{}", n)));
  put(entry("result_scheduled_samples_per_sec", "100"),
      entry("result_scheduled_samples_per_sec", fmt::format("{:.6g}", rate)));
  const Folder folder;
  EXPECT_EQ(audit(folder, detail).schedule, "the seed gives as many arrivals at the rate that is logged");
  EXPECT_NEAR(audit(folder, detail).ran->value(), to_seconds(schedule->arrivals.back()).value(), 1e-6);
  put(fmt::format("{:.6g}", rate), fmt::format("{:.6g}", rate * 1.01));
  EXPECT_EQ(audit(folder, detail).schedule, "the seed gives as many arrivals, but not these");
}

// Lateness 100 ns, 200 us and 300 us: its P99 is 300 us, 2 % of the limit of 15 ms.
TEST(LogAudit, LatenessIsHeldAgainstTheLimit) {
  const Folder folder;
  folder.write("mlperf_log_trace.json", server_trace());
  const LogAudit seen = audit(folder, server_detail());
  ASSERT_TRUE(seen.lateness);
  EXPECT_EQ(seen.lateness->p50, 200us);
  EXPECT_EQ(seen.lateness->max, 300us);
  EXPECT_THAT(seen.oddities,
              Contains(HasSubstr("P99 of the issue's lateness is 2.0 % of the latency limit")));
}

TEST(LogAudit, UserConfMayDiffer) {
  const Folder folder;
  folder.write(
      "user.conf",
      "*.Server.target_qps = 84.18\n*.Server.performance_sample_count_override = 2\n*.Server.qps = 3\n");
  const LogAudit seen = audit(folder, server_detail());
  EXPECT_THAT(seen.oddities, Contains("target_qps is 84.18 in user.conf and 100 in the run"));
  EXPECT_THAT(seen.oddities, Not(Contains(HasSubstr("performance_sample_count_override"))));
  EXPECT_THAT(seen.oddities, Contains(HasSubstr("user.conf:3: qps is no key that LoadGen reads")));
}

// 3 queries over 2 samples that they are drawn from.
TEST(LogAudit, PassesOverTheSamples) {
  const Folder folder;
  EXPECT_DOUBLE_EQ(*audit(folder, server_detail()).passes, 1.5);
}

}  // namespace
}  // namespace ridgeline::formats
