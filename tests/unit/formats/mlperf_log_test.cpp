#include "ridgeline/mlperf_log.h"

#include <gmock/gmock.h>

#include <chrono>

#include "formats/log_file.h"
#include "logs.h"

namespace ridgeline::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

Result<MlperfLog> read_server(const Folder& folder, const std::string& detail, const std::string& summary) {
  if (!detail.empty()) folder.write("mlperf_log_detail.txt", detail);
  if (!summary.empty()) folder.write("mlperf_log_summary.txt", summary);
  return read_mlperf_log(folder.path());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(MlperfLog, SummaryAndDetailSayTheSame) {
  const Folder folder;
  const auto log = read_server(folder, server_detail(), server_summary());
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_THAT(log->disagreements, IsEmpty());
  EXPECT_THAT(log->damage, IsEmpty());
  EXPECT_EQ(log->scenario.kind, ScenarioKind::server);
  EXPECT_EQ(log->scenario.target_qps, 100);
  EXPECT_EQ(log->scenario.target_latency, 15ms);
  EXPECT_EQ(log->scenario.min_duration, 20ms);
  EXPECT_EQ(log->scenario.seed, 16159082839903944936U);  // beyond 63 bits and 53
  EXPECT_EQ(log->valid, true);
  EXPECT_EQ(log->queries, 3U);
  EXPECT_EQ(log->latency.at(0.99), 16ms);
  EXPECT_EQ(log->latency.mean, Nanoseconds(7'666'666));
  EXPECT_EQ(log->early_stopping, " * Run successful.");
}

TEST(MlperfLog, EitherFileIsEnough) {
  const Folder folder;
  const auto log = read_server(folder, "", server_summary());
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log->latency.at(0.99), 16ms);
  EXPECT_EQ(log->scheduled_rate, 100);
  EXPECT_EQ(log->constraints_met, true);
  EXPECT_EQ(log->queries, std::nullopt);  // the summary has none, and none is not zero
  EXPECT_THAT(log->damage, ElementsAre(HasSubstr("no mlperf_log_detail.txt")));
}

TEST(MlperfLog, DifferencesAreNamed) {
  const Folder folder;
  const auto log = read_server(folder, server_detail(),
                               replaced(server_summary(), ": 16000000\nMean", ": 16000001\nMean"));
  ASSERT_TRUE(log);
  EXPECT_THAT(log->disagreements,
              ElementsAre("result_max_latency_ns is 16000000 in the detail log and 16000001 in the summary"));
}

TEST(MlperfLog, RatesMayDifferByWhatTheSummaryRounds) {
  const Folder folder;
  const std::string detail = replaced(server_detail(), "\"value\": 80,", "\"value\": 80.0049,");
  EXPECT_THAT(read_server(folder, detail, server_summary())->disagreements, IsEmpty());
  const std::string off = replaced(server_detail(), "\"value\": 80,", "\"value\": 80.02,");
  EXPECT_THAT(read_server(folder, off, server_summary())->disagreements, testing::SizeIs(1));
}

TEST(MlperfLog, MultiStreamSummariesAreOfQueries) {
  EXPECT_EQ(key_of_label("99.00 percentile latency (ns)   ", true),
            "result_99.00_percentile_per_query_latency_ns");
  EXPECT_EQ(key_of_label("99.00 percentile latency (ns)   ", false), "result_99.00_percentile_latency_ns");
  EXPECT_EQ(key_of_label("99.0th percentile latency (ns) ", true),
            "result_99.00_percentile_per_query_latency_ns");
  EXPECT_EQ(key_of_label("Min latency (ns)  ", true), "result_min_query_latency_ns");
}

TEST(MlperfLog, OldAndNewLabelsOfTheTimePerToken) {
  EXPECT_EQ(key_of_label("99.00 percentile time to output token (ns)   ", false),
            "result_time_per_output_token_99.00_percentile_ns");
  EXPECT_EQ(key_of_label("99.00 percentile time per output token (ns)   ", false),
            "result_time_per_output_token_99.00_percentile_ns");
  EXPECT_EQ(key_of_label("Min Time to Output Token (ns)", false), "result_time_per_output_token_min");
  EXPECT_EQ(key_of_label("Min Time per Output Token (ns)", false), "result_time_per_output_token_min");
  EXPECT_EQ(key_of_label("90th first token percentile latency (ns)", false),
            "result_first_token_90.00_percentile_latency_ns");
  EXPECT_EQ(key_of_label("50.00 group percentile latency (ns)", false),
            "result_group_50.00_percentile_latency_ns");
  EXPECT_EQ(key_of_label("a label of tomorrow", false), "");
}

TEST(MlperfLog, InvalidRunsSayWhy) {
  const Folder folder;
  const std::string detail =
      entry("effective_scenario", quoted("MultiStream")) + entry("effective_samples_per_query", "8") +
      entry("requested_multi_stream_expected_latency_ns", "8e+07") +
      entry("error_runtime", quoted("Ending early: Ran out of generated queries to issue"), "error") +
      entry("warning_generic_message", quoted("Found Audit Config"), "warning") +
      entry("result_validity", quoted("INVALID")) + entry("result_min_duration_met", "false") +
      entry("result_query_count", "10");
  const std::string summary =
      "Scenario : MultiStream\nResult is : INVALID\n  Min duration satisfied : NO\n  Min queries satisfied : "
      "Skipped\n"
      "Recommendations:\n * Decrease the expected latency.\n * The test exited early.\n   See the detailed "
      "log.\n"
      "Early Stopping Result:\n * Only processed 10 queries.\n * Need more.\n\n1 ERROR encountered. See "
      "detailed log.\n";
  const auto log = read_server(folder, detail, summary);
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log->valid, false);
  EXPECT_EQ(log->duration_met, false);
  EXPECT_EQ(log->queries_met, std::nullopt);  // skipped is neither
  EXPECT_EQ(log->settings.expected_latency, 80ms);
  EXPECT_EQ(log->samples(), 80U);
  EXPECT_THAT(log->recommendations,
              ElementsAre("Decrease the expected latency.", "The test exited early. See the detailed log."));
  EXPECT_EQ(log->early_stopping, "* Only processed 10 queries. * Need more.");
  EXPECT_THAT(log->errors, ElementsAre(HasSubstr("Ran out of generated queries")));
  EXPECT_THAT(log->warnings, ElementsAre(HasSubstr("Found Audit Config")));
  EXPECT_THAT(log->disagreements, IsEmpty());
}

TEST(MlperfLog, SettingsThatChangedOnTheWay) {
  const Folder folder;
  const std::string detail = replaced(
      server_detail(), entry("requested_server_target_latency_ns", "15000000"),
      entry("requested_server_target_latency_ns", "1e+08") + entry("requested_min_duration_ms", "20"));
  const auto log = read_server(folder, detail, "");
  ASSERT_TRUE(log);
  ASSERT_THAT(log->settings.changed, testing::SizeIs(1));  // and not the duration, which is the same
  EXPECT_EQ(log->settings.changed[0].key, "target_latency_ns");
  EXPECT_EQ(log->settings.changed[0].requested, "100000000.0");
  EXPECT_EQ(log->settings.changed[0].effective, "15000000");
}

TEST(MlperfLog, DamagedLinesAreNamedAndLeftOut) {
  const Folder folder;
  const std::string line = entry("result_99.90_percentile_latency_ns", "17000000");
  const auto log = read_server(folder, server_detail() + line.substr(0, 60) + "\n", server_summary());
  ASSERT_TRUE(log);
  EXPECT_EQ(log->latency.at(0.999), std::nullopt);
  EXPECT_THAT(log->damage, ElementsAre(HasSubstr("mlperf_log_detail.txt:36: not a line of LoadGen's")));
}

TEST(MlperfLog, GitMessagesMayHoldUnescapedQuotes) {
  const Folder folder;
  const auto log = read_server(
      folder,
      ":::MLLOG {\"key\": \"loadgen_git_log_message\", \"value\": \"Revert \"x\"\"}\n" + server_detail(), "");
  ASSERT_TRUE(log);
  EXPECT_THAT(log->damage, ElementsAre("no mlperf_log_summary.txt"));
}

TEST(MlperfLog, NotNumbersAreBadInput) {
  const Folder folder;
  const auto log =
      read_server(folder, replaced(server_detail(), "\"value\": 80,", "\"value\": \"fast\","), "");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(
      log.error().message,
      HasSubstr("mlperf_log_detail.txt:30: result_completed_samples_per_sec is 'fast'; must be a number"));
  // An empty run divides by zero, which is no figure.
  const auto empty =
      read_server(folder, replaced(server_detail(), "\"value\": 80,", "\"value\": \"-nan\","), "");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->completed_rate, std::nullopt);
}

TEST(MlperfLog, RunsThatWereCutShortHaveNoResult) {
  const Folder folder;
  const auto log = read_server(folder, entry("effective_scenario", quoted("Server")), "");
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().message, HasSubstr("no result"));
  EXPECT_THAT(read_server(folder, entry("sut_name", quoted("x")), "").error().message,
              HasSubstr("names no scenario"));
  EXPECT_THAT(read_mlperf_log("/nonexistent").error().message,
              HasSubstr("neither mlperf_log_summary.txt nor"));
}

}  // namespace
}  // namespace ridgeline::formats
