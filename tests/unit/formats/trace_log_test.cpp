#include "formats/trace_log.h"

#include <gmock/gmock.h>

#include <chrono>

#include "logs.h"

namespace ridgeline::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

MlperfLog read(const Folder& folder, const std::string& detail, const std::string& trace) {
  folder.write("mlperf_log_detail.txt", detail);
  folder.write("mlperf_log_summary.txt", server_summary());
  folder.write("mlperf_log_trace.json", trace);
  auto log = read_mlperf_log(folder.path());
  EXPECT_TRUE(log) << log.error().message;
  return log ? *log : MlperfLog();
}

// LoadGen 6.0.17 doubles quotes in other lines, and writes samples as they complete.
TEST(TraceLog, GivesTheQueriesInTheirOrder) {
  const Folder folder;
  const MlperfLog log = read(folder, server_detail(), server_trace());
  ASSERT_TRUE(log.run);
  EXPECT_THAT(log.damage, IsEmpty());
  EXPECT_THAT(log.disagreements, IsEmpty());
  ASSERT_THAT(log.run->queries, testing::SizeIs(3));
  const QueryRecord& second = log.run->queries[1];
  EXPECT_EQ(second.scheduled, 10ms);  // since the first
  EXPECT_EQ(second.issued - second.scheduled, 200us);
  EXPECT_EQ(second.latency(), 16ms);
}

TEST(TraceLog, FiguresThatTheTraceDeniesAreNamed) {
  const Folder folder;
  std::string trace = server_trace();
  trace.replace(trace.find("\"complete_ns\":5000000"), 21, "\"complete_ns\":5000009");
  const MlperfLog log = read(folder, server_detail(), trace);
  // The mean of 2, 16 and 5.000009 ms is 7.666669 ms; completed is 2 / 25.000009 ms, the same to six digits.
  EXPECT_THAT(log.disagreements,
              ElementsAre("mean latency is 7666666 ns in the log and 7666669 ns by the trace",
                          "P50 latency is 5000000 ns in the log and 5000009 ns by the trace"));
}

TEST(TraceLog, LostQueriesAreCounted) {
  const Folder folder;
  const std::string trace = "{\"traceEvents\":[\n" + sample(0, 0, 0, 0, 2'000'000);
  EXPECT_THAT(read(folder, server_detail(), trace).disagreements,
              ElementsAre(HasSubstr("counts 3 queries and the trace holds 1")));
}

TEST(TraceLog, DamagedLinesAreNamed) {
  const Folder folder;
  const std::string path = folder.write(
      "trace", sample(0, 0, 0, 0, 5) + sample(1, 1, 10, 0, 5).substr(0, 120) + "\n{\"name\":\"Sample\"}\n");
  const auto log = read_trace_log(path, Scenario::mlperf(ScenarioKind::server));
  ASSERT_TRUE(log);
  EXPECT_THAT(log->run.queries, testing::SizeIs(1));
  EXPECT_THAT(log->damage,
              ElementsAre(HasSubstr("trace:2: not an event"), HasSubstr("trace:3: not an event")));
}

TEST(TraceLog, SamplesOfAQueryAreOneRecord) {
  const Folder folder;
  const std::string path =
      folder.write("trace", sample(0, 0, 1000, 10, 500) + sample(1, 0, 1000, 10, 900) +
                                sample(2, 1, 2000, 10, 300) + sample(3, 1, 2000, 10, 100));
  const auto log = read_trace_log(path, Scenario::mlperf(ScenarioKind::multi_stream));
  ASSERT_TRUE(log);
  ASSERT_THAT(log->run.queries, testing::SizeIs(2));
  EXPECT_EQ(log->run.queries[0].samples, 2U);
  EXPECT_EQ(log->run.queries[0].latency(), 900ns);
  EXPECT_EQ(log->run.queries[1].scheduled, 1000ns);
  EXPECT_THAT(log->sample_latencies, ElementsAre(500ns, 900ns, 300ns, 100ns));
  EXPECT_THAT(log->run.sample_completions, ElementsAre(500ns, 900ns, 1300ns, 1100ns));
}

TEST(TraceLog, ServersCountFirstTokens) {
  const Folder folder;
  const std::string counter =
      "{\"name\":\"Token_Latency\",\"ph\": \"C\",\"pid\":1,\"ts\":2.000,\"args\":{ "
      "\"issue_delay\":40,\"issue_to_done\":60}},\n";
  const std::string path =
      folder.write("trace", sample(0, 0, 1000, 10, 500) + counter + sample(1, 1, 2000, 40, 700));
  const auto log = read_trace_log(path, Scenario::mlperf(ScenarioKind::server));
  ASSERT_TRUE(log);
  EXPECT_EQ(log->run.queries[0].first_token, std::nullopt);
  EXPECT_EQ(log->run.queries[1].first_token, 1100ns);
}

}  // namespace
}  // namespace ridgeline::formats
