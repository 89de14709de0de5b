#include <gmock/gmock.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "logs.h"
#include "ridgeline/digest.h"

namespace ridgeline::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

bool same(const QueryRecord& a, const QueryRecord& b) {
  return a.scheduled == b.scheduled && a.issued == b.issued && a.completed == b.completed &&
         a.first_token == b.first_token && a.samples == b.samples && a.tokens == b.tokens;
}

Run run_of(ScenarioKind kind) {
  Run run;
  run.scenario = Scenario::mlperf(kind);
  run.scenario.min_duration = 5ms;
  run.scenario.min_queries = 2;
  run.scenario.seed = 0xfedcba9876543210U;
  run.system = "a \"quoted\" system";
  run.notes = {"simulated for a test"};
  return run;
}

QueryRecord query(Nanoseconds at, Nanoseconds late, Nanoseconds latency, std::uint32_t samples = 1) {
  QueryRecord q;
  q.scheduled = at;
  q.issued = at + late;
  q.completed = at + latency;
  q.samples = samples;
  return q;
}

/// Writes and reads again, and checks what every run keeps.
MlperfLog round_trip(const Run& run) {
  const Folder folder;
  const auto written = write_mlperf_log(run, folder.path("made/on/the/way"));
  EXPECT_TRUE(written) << written.error().message;
  const auto log = read_mlperf_log(folder.path("made/on/the/way"));
  EXPECT_TRUE(log) << log.error().message;
  if (!log) return {};
  EXPECT_THAT(log->disagreements, IsEmpty());
  EXPECT_THAT(log->damage, IsEmpty());
  EXPECT_EQ(log->scenario.seed, run.scenario.seed);
  EXPECT_EQ(log->scenario.min_duration, run.scenario.min_duration);
  EXPECT_EQ(log->scenario.percentile, run.scenario.percentile);
  EXPECT_EQ(log->sut, run.system);
  EXPECT_THAT(log->loadgen_version, HasSubstr("not LoadGen"));
  EXPECT_THAT(log->warnings, ElementsAre(HasSubstr("simulated for a test")));
  EXPECT_TRUE(log->run && std::equal(run.queries.begin(), run.queries.end(), log->run->queries.begin(),
                                     log->run->queries.end(), same));
  EXPECT_TRUE(log->run && log->run->sample_completions == run.sample_completions);
  // The trace is JSON as a whole, unlike LoadGen's.
  const auto trace = read_file(folder.path("made/on/the/way/mlperf_log_trace.json"));
  EXPECT_TRUE(trace && nlohmann::json::accept(*trace));
  return *log;
}

TEST(MlperfWrite, Server) {
  auto run = run_of(ScenarioKind::server);
  run.scenario.target_qps = 400.0 / 3;  // no short decimal
  run.scenario.target_latency = 15ms;
  for (int i = 0; i < 500; ++i)
    run.queries.push_back(query(i * 7'500'001ns, 13ns * i, 1ms + 1us * ((i * 37) % 500)));
  const MlperfLog log = round_trip(run);
  EXPECT_EQ(log.scenario.target_qps, run.scenario.target_qps);
  EXPECT_EQ(log.scenario.target_latency, 15ms);
  EXPECT_EQ(log.valid, summarize(run).verdict.valid);
  EXPECT_EQ(log.valid, true);
  EXPECT_EQ(log.run->origin, RunOrigin::measured);
  // sorted[floor(500 x 0.99)] of 1 ms + 0 .. 499 us, each once since 37 and 500 have no common divisor.
  EXPECT_EQ(log.latency.at(0.99), 1495us);
  EXPECT_NEAR(*log.scheduled_rate, 499 / to_seconds(run.queries.back().scheduled).value(), 1e-9);
}

TEST(MlperfWrite, ServerThatIsTooSlow) {
  auto run = run_of(ScenarioKind::server);
  run.scenario.target_qps = 100;
  run.scenario.target_latency = 1ms;
  run.origin = RunOrigin::simulated;
  for (int i = 0; i < 10; ++i) run.queries.push_back(query(i * 10ms, 0ns, 2ms));
  const MlperfLog log = round_trip(run);
  EXPECT_EQ(log.valid, false);
  EXPECT_EQ(log.constraints_met, false);
  EXPECT_EQ(log.over_latency, 10U);
  EXPECT_EQ(log.recommendations, summarize(run).verdict.reasons);
  EXPECT_THAT(*log.early_stopping, HasSubstr("Run unsuccessful."));
  EXPECT_EQ(log.run->origin, RunOrigin::simulated);
}

TEST(MlperfWrite, InteractiveWithTokens) {
  auto run = run_of(ScenarioKind::interactive);
  run.scenario.target_qps = 100;
  run.scenario.ttft_limit = 5ms;
  run.scenario.tpot_limit = 1ms;
  for (int i = 0; i < 20; ++i) {
    run.queries.push_back(query(i * 10ms, 1us, 8ms));
    run.queries.back().first_token = run.queries.back().scheduled + 2ms + 10us * i;
    run.queries.back().tokens = 11;
  }
  const MlperfLog log = round_trip(run);
  EXPECT_EQ(log.scenario.kind, ScenarioKind::server);  // LoadGen's name for it
  EXPECT_EQ(log.scenario.ttft_limit, 5ms);
  EXPECT_EQ(log.scenario.tpot_limit, 1ms);
  EXPECT_EQ(log.first_token.max, 2190us);
  EXPECT_EQ(log.per_token.max, 600us);  // (8 - 2) / 10
  EXPECT_NEAR(*log.tokens_per_second, 220 / 0.198, 1e-3);
}

TEST(MlperfWrite, SingleStream) {
  auto run = run_of(ScenarioKind::single_stream);
  Nanoseconds at{0};
  for (int i = 0; i < 700; ++i) {
    run.queries.push_back(query(at, 0ns, 100us + i * 1us));
    at = run.queries.back().completed;
  }
  const MlperfLog log = round_trip(run);
  ASSERT_TRUE(summarize(run).early_stopping);
  EXPECT_EQ(to_seconds(*log.early_stopping_single).value(), summarize(run).early_stopping->value());
  EXPECT_TRUE(log.early_stopping_multi);
  EXPECT_EQ(log.valid, true);
}

TEST(MlperfWrite, MultiStream) {
  auto run = run_of(ScenarioKind::multi_stream);
  run.scenario.samples_per_query = 4;
  for (int i = 0; i < 700; ++i) {
    run.queries.push_back(query(i * 2ms, 5ns, 1ms, 4));
    for (int sample = 1; sample <= 4; ++sample) run.sample_completions.push_back(i * 2ms + sample * 250us);
  }
  const MlperfLog log = round_trip(run);
  EXPECT_EQ(log.scenario.samples_per_query, 4U);
  EXPECT_EQ(log.samples(), 2800U);
  EXPECT_EQ(log.query_latency.min, 1ms);
  EXPECT_EQ(log.latency.min, 250us);
}

TEST(MlperfWrite, Offline) {
  auto run = run_of(ScenarioKind::offline);
  run.scenario.target_qps = 100;
  run.queries.push_back(query(0ns, 0ns, 30ms, 6));
  for (int i = 1; i <= 6; ++i) run.sample_completions.push_back(i * 5ms);
  const MlperfLog log = round_trip(run);
  EXPECT_DOUBLE_EQ(*log.offline_rate, 6 / 0.030);
  EXPECT_EQ(log.samples(), 6U);
}

TEST(MlperfWrite, ConstantStream) {
  auto run = run_of(ScenarioKind::constant_stream);
  run.scenario.target_qps = 50;
  for (int i = 0; i < 30; ++i) run.queries.push_back(query(i * 20ms, 0ns, 3ms));
  const MlperfLog log = round_trip(run);
  EXPECT_EQ(log.scenario.latency_limit(), 20ms);  // the period
}

TEST(MlperfWrite, WhatLoadGenCannotSay) {
  const Folder folder;
  auto users = run_of(ScenarioKind::closed_loop);
  users.queries.push_back(query(0ns, 0ns, 1ms));
  EXPECT_THAT(write_mlperf_log(users, folder.path()).error().message, HasSubstr("ClosedLoop"));
  auto empty = run_of(ScenarioKind::server);
  EXPECT_THAT(write_mlperf_log(empty, folder.path()).error().message, HasSubstr("no queries"));
  empty.digest = std::make_shared<RunDigest>();
  EXPECT_THAT(write_mlperf_log(empty, folder.path()).error().message, HasSubstr("digest"));
  auto run = run_of(ScenarioKind::single_stream);
  run.queries.push_back(query(0ns, 0ns, 1ms));
  folder.write("file", "");
  EXPECT_THAT(write_mlperf_log(run, folder.path("file/below")).error().message, HasSubstr("cannot be made"));
}

}  // namespace
}  // namespace ridgeline::formats
