// Results of other programs, in the forms that docs/logs.md names.

#include <gmock/gmock.h>

#include <chrono>

#include "logs.h"
#include "ridgeline/formats.h"

namespace ridgeline::formats {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

ImportedRun import_text(const Folder& folder, const std::string& text, RunImportOptions options = {}) {
  auto imported = import_run(folder.write("result", text), options);
  EXPECT_TRUE(imported) << imported.error().message;
  return imported ? *imported : ImportedRun();
}

std::string error_of(const Folder& folder, const std::string& text, RunImportOptions options = {}) {
  const auto imported = import_run(folder.write("result", text), options);
  return imported ? "no error" : imported.error().message;
}

const std::string vllm =
    R"({"backend": "vllm", "model_id": "m", "request_rate": 2.0, "max_concurrency": null, "duration": 5.0,
  "completed": 2, "request_throughput": 0.4, "input_lens": [7, 8, 9], "output_lens": [3, 2, 0],
  "ttfts": [0.5, 0.25, 0.0], "itls": [[0.1, 0.2], [0.25], []], "errors": ["", "", "timeout"])";

// Latency is TTFT and the gaps: 0.8 s and 0.5 s. The third failed.
TEST(ImportVllm, OldFilesHaveNoStartTimes) {
  const Folder folder;
  const ImportedRun imported = import_text(folder, vllm + "}");
  EXPECT_EQ(imported.format, ResultFormat::vllm);
  EXPECT_EQ(imported.arrivals, ArrivalTimes::assumed);
  ASSERT_THAT(imported.run.queries, testing::SizeIs(2));
  EXPECT_EQ(imported.run.queries[0].latency(), 800ms);
  EXPECT_EQ(imported.run.queries[1].scheduled, 500ms);  // at 2 a second
  EXPECT_EQ(imported.run.queries[1].latency(), 500ms);
  EXPECT_EQ(imported.run.queries[1].first_token, 750ms);
  EXPECT_EQ(imported.run.refused, 1U);
  EXPECT_THAT(imported.lengths, ElementsAre(TokenLengths{7, 3}, TokenLengths{8, 2}));
  EXPECT_EQ(imported.run.scenario.kind, ScenarioKind::server);
  EXPECT_EQ(imported.run.scenario.target_qps, 2);
  EXPECT_THAT(imported.run.notes, Contains(HasSubstr("arrival times are assumed")));
}

// The wait for a slot counts: it was due 0.3 s before it was sent.
TEST(ImportVllm, NewFilesHaveStartAndQueueTimes) {
  const Folder folder;
  const ImportedRun imported = import_text(
      folder,
      vllm +
          R"(, "start_times": [1000.0, 1001.0, 1002.0], "queue_times": [0.0, 0.3, 0.0], "latencies": [0.9, 0.6, 0.0]})");
  EXPECT_EQ(imported.arrivals, ArrivalTimes::recorded);
  EXPECT_EQ(imported.run.queries[0].latency(), 900ms);
  EXPECT_EQ(imported.run.queries[1].scheduled, 700ms);
  EXPECT_EQ(imported.run.queries[1].issued, 1000ms);
  EXPECT_EQ(imported.run.queries[1].latency(), 900ms);
}

// Two slots: the third starts when the first that ends, at 1 s, is done.
TEST(ImportVllm, UsersStartAsSlotsBecomeFree) {
  const Folder folder;
  const ImportedRun imported = import_text(folder, R"({"request_rate": "inf", "max_concurrency": 2,
    "ttfts": [0.5, 0.5, 0.5], "itls": [[1.5], [0.5], [0.5]], "output_lens": [2, 2, 2]})");
  EXPECT_EQ(imported.arrivals, ArrivalTimes::derived);
  EXPECT_EQ(imported.run.scenario.kind, ScenarioKind::closed_loop);
  EXPECT_EQ(imported.run.scenario.users, 2U);
  EXPECT_EQ(imported.run.queries[2].scheduled, 1s);
  EXPECT_EQ(imported.run.queries[2].completed, 2s);
}

TEST(ImportVllm, BadFilesNameTheKey) {
  const Folder folder;
  EXPECT_THAT(error_of(folder, R"({"request_throughput": 3.0})"), HasSubstr("--save-detailed"));
  EXPECT_THAT(error_of(folder, R"({"ttfts": [1, 2], "itls": [[]]})"), HasSubstr("itls holds 1, ttfts 2"));
  EXPECT_THAT(error_of(folder, R"({"ttfts": [1, "x"], "itls": [[], []]})"),
              HasSubstr("ttfts[1] is no number"));
  EXPECT_THAT(error_of(folder, R"({"ttfts": [1e300], "itls": [[]]})"), HasSubstr("beyond 126 years"));
  EXPECT_THAT(error_of(folder, R"({"ttfts": [0.1], "itls": [[]], "output_lens": [0]})"),
              HasSubstr("no request that was answered"));
}

const std::string guidellm = R"({"metadata": {"guidellm_version": "0.6.0"}, "benchmarks": [
  {"config": {"strategy": {"type_": "constant", "rate": 4.0}, "backend": {"model": "m"}}, "duration": 9,
   "requests": {"successful": [
     {"info": {"timings": {"targeted_start": 100.0, "request_start": 100.5, "first_token_iteration": 101.0, "request_end": 102.0}},
      "prompt_tokens": 5, "output_tokens": 4},
     {"info": {"timings": {"request_start": 100.25, "request_end": 101.25}}, "output_metrics": {"total_tokens": 9}}],
    "errored": [{}], "incomplete": [{}, {}]}}]})";

TEST(ImportGuidellm, CountsFromWhenARequestWasDue) {
  const Folder folder;
  const ImportedRun imported = import_text(folder, guidellm);
  EXPECT_EQ(imported.format, ResultFormat::guidellm);
  ASSERT_THAT(imported.run.queries, testing::SizeIs(2));
  EXPECT_EQ(imported.run.queries[0].issued, 500ms);
  EXPECT_EQ(imported.run.queries[0].latency(), 2s);
  EXPECT_EQ(imported.run.queries[0].first_token, 1s);
  EXPECT_EQ(imported.run.queries[1].scheduled, 250ms);
  EXPECT_EQ(imported.run.queries[1].first_token, std::nullopt);
  EXPECT_EQ(imported.run.queries[1].tokens, 9U);
  EXPECT_EQ(imported.run.refused, 1U);
  EXPECT_THAT(imported.run.notes, Contains(HasSubstr("2 requests were cut off")));
}

TEST(ImportGuidellm, OldFilesAndSeveralBenchmarks) {
  const Folder folder;
  const std::string one =
      R"({"args": {"strategy": {"type_": "concurrent", "streams": 3}}, "requests": {"successful": [
        {"start_time": 10.0, "first_token_time": 10.5, "end_time": 12.0, "prompt_tokens": 5, "output_tokens": 4}]}})";
  const std::string two = R"({"benchmarks": [{}, )" + one + "]}";
  EXPECT_THAT(error_of(folder, two), HasSubstr("benchmarks holds 2; say which, from 1 to 2"));
  EXPECT_THAT(error_of(folder, two, {std::nullopt, 1}), HasSubstr("requests.successful is missing"));
  EXPECT_THAT(error_of(folder, two, {std::nullopt, 3}), HasSubstr("no number 3"));
  const ImportedRun imported = import_text(folder, two, {std::nullopt, 2});
  EXPECT_EQ(imported.run.scenario.users, 3U);
  EXPECT_EQ(imported.run.queries[0].first_token, 500ms);
  EXPECT_EQ(imported.run.queries[0].latency(), 2s);
}

// The role chunk and [DONE] carry no text; one response says nothing of its first token.
TEST(ImportGenaiPerf, ResponsesWithTextAreTokens) {
  const Folder folder;
  const ImportedRun imported = import_text(folder, R"({"service_kind": "openai", "experiments": [
    {"experiment": {"mode": "concurrency", "value": 10}, "requests": [
      {"timestamp": 1000, "response_timestamps": [1100, 1300, 1500, 1600], "response_outputs": [
        {"response": "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"},
        {"response": "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"},
        {"response": "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n"},
        {"response": "data: [DONE]\n\n"}]},
      {"timestamp": 2000, "response_timestamps": [2900], "response_outputs": [{"text_output": "all"}]},
      {"timestamp": 3000, "response_timestamps": [], "response_outputs": []}]}]})");
  EXPECT_EQ(imported.format, ResultFormat::genai_perf);
  ASSERT_THAT(imported.run.queries, testing::SizeIs(2));
  EXPECT_EQ(imported.run.queries[0].first_token, 300ns);
  EXPECT_EQ(imported.run.queries[0].completed, 500ns);
  EXPECT_EQ(imported.run.queries[0].tokens, 2U);
  EXPECT_EQ(imported.run.queries[1].first_token, std::nullopt);
  EXPECT_EQ(imported.run.scenario.users, 10U);
  EXPECT_EQ(imported.run.refused, 1U);
  EXPECT_THAT(error_of(folder, R"({"experiments": [{"requests": [{"response_timestamps": [3]}]}]})"),
              HasSubstr("requests[0]: timestamp is missing"));
}

const std::string aiperf =
    R"({"metadata": {"request_start_ns": 1759813207532900363, "request_end_ns": 1759813207838764604, "benchmark_phase": "profiling"},)"
    R"( "metrics": {"time_to_first_token": {"value": 2.5, "unit": "ms"}, "request_latency": {"value": 300, "unit": "ms"},)"
    R"( "output_sequence_length": {"value": 9, "unit": "tokens"}, "input_sequence_length": {"value": 550, "unit": "tokens"}}, "error": null})"
    "\n"
    R"({"metadata": {"request_start_ns": 1759813207532900463, "request_end_ns": 1759813207532901463, "benchmark_phase": "profiling"}, "error": {"code": 499}})"
    "\n"
    R"({"metadata": {"request_start_ns": 1, "request_end_ns": 2, "benchmark_phase": "warmup"}, "metrics": {}})"
    "\n";

TEST(ImportAiperf, RecordsAreLines) {
  const Folder folder;
  const ImportedRun imported = import_text(folder, aiperf);
  EXPECT_EQ(imported.format, ResultFormat::aiperf);
  ASSERT_THAT(imported.run.queries, testing::SizeIs(1));
  EXPECT_EQ(imported.run.queries[0].latency(), 300ms);
  EXPECT_EQ(imported.run.queries[0].first_token, 2500us);
  EXPECT_THAT(imported.lengths, ElementsAre(TokenLengths{550, 9}));
  EXPECT_EQ(imported.run.refused, 1U);
  EXPECT_THAT(imported.run.notes, Contains("1 warm-up records are left out"));
  EXPECT_THAT(error_of(folder, R"({"request_throughput": {"unit": "requests/sec", "avg": 3}})"),
              HasSubstr("statistics only; import the profile_export.jsonl"));
  EXPECT_THAT(error_of(folder, aiperf + "{\"metadata\": {\"requ\n"), HasSubstr("result:4: not JSON"));
}

TEST(ImportCsv, ColumnsByName) {
  const Folder folder;
  const ImportedRun imported = import_text(
      folder,
      "output_tokens,arrival,completed,first_token,note\n4,10.5,12.5,11,x\n,10,10.25,,\n3,11,,,never\n");
  EXPECT_EQ(imported.format, ResultFormat::csv);
  ASSERT_THAT(imported.run.queries, testing::SizeIs(2));
  EXPECT_EQ(imported.run.queries[0].latency(), 250ms);  // sorted by arrival
  EXPECT_EQ(imported.run.queries[0].first_token, std::nullopt);
  EXPECT_EQ(imported.run.queries[1].scheduled, 500ms);
  EXPECT_EQ(imported.run.queries[1].first_token, 1s);
  EXPECT_EQ(imported.run.queries[1].tokens, 4U);
  EXPECT_EQ(imported.run.refused, 1U);
  EXPECT_THAT(error_of(folder, "arrival\n1\n"), HasSubstr("result:1: no column 'completed'"));
  EXPECT_THAT(error_of(folder, "arrival,completed\n1,0.5\n"),
              HasSubstr("result:2: completed is before arrival"));
  EXPECT_THAT(error_of(folder, "arrival,completed\n1,soon\n"), HasSubstr("result:2: completed is 'soon'"));
  EXPECT_THAT(error_of(folder, "arrival,completed\n"), HasSubstr("no row that was answered"));
}

TEST(ImportRun, UnknownFilesAreBadInput) {
  const Folder folder;
  EXPECT_THAT(error_of(folder, R"({"hello": 1})"), HasSubstr("no format that is known"));
  EXPECT_THAT(error_of(folder, "{\"ttfts\": [1, 2"), HasSubstr("result:1: not JSON"));
  EXPECT_THAT(error_of(folder, ""), HasSubstr("empty"));
  EXPECT_FALSE(import_run(folder.path("nothing")));
}

}  // namespace
}  // namespace ridgeline::formats
