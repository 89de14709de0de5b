#include "load/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "ridgeline/digest.h"

namespace ridgeline::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Schedule closed(ScenarioKind kind) { return *make_schedule(Scenario::mlperf(kind)); }

struct VirtualTime {
  Nanoseconds now{0};
  Clock clock() {
    return [this] { return now; };
  }
};

TEST(Recorder, StampsAQueryFromScheduleToLastSample) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = 1;
  VirtualTime time;
  Recorder recorder(*make_schedule(s), time.clock());
  time.now = Nanoseconds(120);
  const Query query = recorder.begin_at(Nanoseconds(100));
  EXPECT_EQ(query.id, 0u);
  time.now = Nanoseconds(150);
  recorder.first_token(0);
  time.now = Nanoseconds(160);
  recorder.first_token(0);  // the first report counts
  time.now = Nanoseconds(400);
  recorder.complete(0, 1, 17);
  EXPECT_EQ(recorder.done(), 1u);
  ridgeline::Run run;
  recorder.finish(run);
  ASSERT_EQ(run.queries.size(), 1u);
  const QueryRecord& q = run.queries[0];
  EXPECT_EQ(q.scheduled.count(), 100);
  EXPECT_EQ(q.issued.count(), 120);
  EXPECT_EQ(q.first_token->count(), 150);
  EXPECT_EQ(q.completed.count(), 400);
  EXPECT_EQ(q.latency().count(), 300);
  EXPECT_EQ(q.tokens, 17u);
  EXPECT_TRUE(run.sample_completions.empty());
  EXPECT_FALSE(run.interrupted);
}

TEST(Recorder, AFailedQueryIsCountedByKindAndIsNoCompletion) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = 1;
  VirtualTime time;
  Recorder recorder(*make_schedule(s), time.clock());
  for (int i = 0; i < 4; ++i) recorder.begin_at(Nanoseconds(i));
  recorder.fail(1, 1, "timeout");
  recorder.complete(0, 1, 3);
  recorder.fail(2, 1, "HTTP 500");
  recorder.fail(3, 1, "HTTP 500");
  recorder.fail(3, 1, "HTTP 500");  // has no samples left: a stray
  EXPECT_EQ(recorder.done(), 4u);
  ridgeline::Run run;
  recorder.finish(run);
  ASSERT_EQ(run.queries.size(), 1u);
  EXPECT_EQ(run.queries[0].tokens, 3u);
  ASSERT_EQ(run.failures.size(), 2u);
  EXPECT_EQ(run.failures[0].kind, "HTTP 500");
  EXPECT_EQ(run.failures[0].count, 2u);
  EXPECT_EQ(run.failures[1].kind, "timeout");
  EXPECT_EQ(run.failed(), 3u);
  EXPECT_FALSE(run.interrupted);
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("1 completions of queries that were not outstanding")));
}

TEST(Recorder, OneFailedSampleSpoilsItsQueryButNotOffline) {
  for (const ScenarioKind kind : {ScenarioKind::multi_stream, ScenarioKind::offline}) {
    Scenario s = Scenario::mlperf(kind);
    s.target_qps = 0.01;
    s.min_queries = 1;
    s.min_duration = std::chrono::seconds(1);
    Schedule schedule = *make_schedule(s);
    schedule.samples = 8;
    VirtualTime time;
    Recorder recorder(schedule, time.clock());
    recorder.begin();
    recorder.complete(0, 5, 0);
    recorder.fail(0, 1, "timeout");
    recorder.fail(0, 2, "HTTP 500");
    EXPECT_EQ(recorder.done(), 1u);
    ridgeline::Run run;
    recorder.finish(run);
    const bool offline = kind == ScenarioKind::offline;
    ASSERT_EQ(run.queries.size(), offline ? 1u : 0u);
    if (offline) {
      EXPECT_EQ(run.queries[0].samples, 5u);
    }
    EXPECT_EQ(run.failed(), offline ? 3u : 1u);
  }
}

TEST(Recorder, QueriesBeginInAnyOrderAndKeepTheirPlaceInTheSchedule) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = 1;
  Schedule schedule = *make_schedule(s);
  schedule.arrivals = {Nanoseconds(10), Nanoseconds(20), Nanoseconds(30), Nanoseconds(40)};
  VirtualTime time;
  Recorder recorder(schedule, time.clock());
  time.now = Nanoseconds(35);
  EXPECT_EQ(recorder.begin_at(Nanoseconds(30), 2).id, 2u);
  recorder.complete(1, 1, 0);  // not issued yet: a stray
  recorder.begin_at(Nanoseconds(10), 0);
  EXPECT_EQ(recorder.issued(), 2u);
  time.now = Nanoseconds(50);
  recorder.complete(2, 1, 0);
  recorder.complete(0, 1, 0);
  recorder.complete(4, 1, 0);  // is not in the schedule
  ridgeline::Run run;
  recorder.finish(run);  // the schedule was cut short: queries 1 and 3 are no loss
  ASSERT_EQ(run.queries.size(), 2u);
  EXPECT_EQ(run.queries[0].scheduled.count(), 10);
  EXPECT_EQ(run.queries[1].scheduled.count(), 30);
  EXPECT_EQ(run.queries[1].issued.count(), 35);
  EXPECT_FALSE(run.interrupted);
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("2 completions of queries that were not outstanding")));
}

// Four threads issue while four others complete: what the thread sanitizer would like to see.
TEST(Recorder, ManyIssueAndManyCompleteAtOnce) {
  constexpr std::uint64_t count = 20'000;
  constexpr unsigned issuers = 4;
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = 1;
  Schedule schedule = *make_schedule(s);
  schedule.arrivals.clear();
  for (std::uint64_t i = 0; i < count; ++i) schedule.arrivals.push_back(Nanoseconds(i));
  std::atomic<std::int64_t> ticks{0};
  Recorder recorder(schedule, [&] { return Nanoseconds(ticks.fetch_add(1)); });
  std::vector<std::atomic<bool>> begun(count);
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < issuers; ++t) {
      threads.emplace_back([&, t] {
        for (std::uint64_t i = t; i < count; i += issuers) {
          recorder.begin_at(schedule.arrivals[i], i);
          begun[i].store(true, std::memory_order_release);
          if (recorder.done() > recorder.issued()) ADD_FAILURE() << "more done than issued";
        }
      });
      threads.emplace_back([&, t] {
        for (std::uint64_t i = t; i < count; i += issuers) {
          while (!begun[i].load(std::memory_order_acquire)) std::this_thread::yield();
          recorder.complete(i, 1, static_cast<std::uint32_t>(i % 7));
        }
      });
    }
  }
  ridgeline::Run run;
  recorder.finish(run);
  ASSERT_EQ(run.queries.size(), count);
  EXPECT_TRUE(run.notes.empty());
  for (std::uint64_t i = 0; i < count; ++i) {
    const QueryRecord& q = run.queries[i];
    EXPECT_EQ(q.scheduled.count(), static_cast<std::int64_t>(i));
    EXPECT_LT(q.issued, q.completed);
    EXPECT_EQ(q.tokens, i % 7);
  }
}

TEST(Recorder, RoomThatWasPreparedIsUsed) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::closed_loop), time.clock());
  constexpr std::uint64_t count = 40'000;  // beyond two blocks
  for (std::uint64_t i = 0; i < count; ++i) {
    recorder.prepare();
    recorder.complete(recorder.begin().id, 1, 0);
  }
  ridgeline::Run run;
  recorder.finish(run);
  EXPECT_EQ(run.queries.size(), count);
  EXPECT_TRUE(run.notes.empty());
}

TEST(Recorder, GapsBetweenTokensAreCounted) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::single_stream), time.clock());
  for (const int us : {300, 10, 20}) recorder.token_gap(std::chrono::microseconds(us));
  ridgeline::Run run;
  recorder.finish(run);
  ASSERT_TRUE(run.token_gaps);
  const LatencyHistogram& gaps = run.token_gaps->times;
  EXPECT_EQ(gaps.count(), 3u);
  EXPECT_EQ(gaps.min()->count(), 10'000);
  EXPECT_EQ(gaps.max()->count(), 300'000);
  EXPECT_DOUBLE_EQ(gaps.mean()->value(), 110e-6);
}

TEST(Recorder, ClosedLoopCountsFromIssueAndAnswersWhenTheLastSampleIsDone) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::multi_stream), time.clock());
  std::vector<std::uint64_t> finished;
  recorder.on_query_done([&finished](std::uint64_t id) { finished.push_back(id); });
  time.now = Nanoseconds(10);
  EXPECT_EQ(recorder.begin().samples, 8u);
  time.now = Nanoseconds(20);
  recorder.complete(0, 5, 50);
  EXPECT_TRUE(finished.empty());
  time.now = Nanoseconds(30);
  recorder.complete(0, 3, 30);
  EXPECT_THAT(finished, ElementsAre(0u));
  ridgeline::Run run;
  recorder.finish(run);
  EXPECT_EQ(run.queries[0].scheduled, run.queries[0].issued);
  EXPECT_EQ(run.queries[0].latency().count(), 20);
  EXPECT_EQ(run.queries[0].tokens, 80u);
  EXPECT_FALSE(run.queries[0].first_token);
  std::vector<std::int64_t> times;
  for (const Nanoseconds t : run.sample_completions) times.push_back(t.count());
  EXPECT_THAT(times, ElementsAre(20, 20, 20, 20, 20, 30, 30, 30));
}

TEST(Recorder, KeepsWhatWasSeenOfAnOfflineQueryThatStopped) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::offline), time.clock());
  EXPECT_EQ(recorder.begin().samples, 24576u);
  recorder.complete(0, 4, 0);  // at time 0: a completion like any other
  time.now = Nanoseconds(50);
  recorder.complete(0, 2, 0);
  ridgeline::Run run;
  recorder.finish(run);
  EXPECT_TRUE(run.interrupted);
  EXPECT_TRUE(run.queries.empty());
  EXPECT_EQ(run.sample_completions.size(), 6u);
  ASSERT_EQ(run.notes.size(), 1u);
  EXPECT_EQ(run.notes[0], "1 of 1 issued queries did not complete");
}

TEST(Recorder, IgnoresAndNotesCompletionsThatNobodyAskedFor) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::single_stream), time.clock());
  recorder.begin();
  recorder.complete(7, 1, 0);  // never issued
  recorder.first_token(7);
  recorder.complete(0, 0, 0);  // nothing
  time.now = Nanoseconds(5);
  recorder.complete(0, 1, 0);
  time.now = Nanoseconds(9);
  recorder.complete(0, 1, 0);  // twice
  EXPECT_EQ(recorder.done(), 1u);
  ridgeline::Run run;
  recorder.finish(run);
  ASSERT_EQ(run.queries.size(), 1u);
  EXPECT_EQ(run.queries[0].completed.count(), 5);
  EXPECT_FALSE(run.interrupted);
  ASSERT_EQ(run.notes.size(), 1u);
  EXPECT_THAT(run.notes[0], HasSubstr("reported 4 completions"));
}

TEST(Recorder, ClosedLoopGrowsPastItsFirstBlock) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::single_stream), time.clock());
  constexpr std::uint64_t n = 100'000;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Query query = recorder.begin();
    time.now += Nanoseconds(3);
    recorder.complete(query.id, 1, 0);
  }
  ridgeline::Run run;
  recorder.finish(run);
  ASSERT_EQ(run.queries.size(), n);
  for (std::uint64_t i = 0; i < n; ++i) {
    ASSERT_EQ(run.queries[i].issued.count(), 3 * i);
    ASSERT_EQ(run.queries[i].latency().count(), 3);
  }
}

// Beyond the limit a digest takes the place of queries and samples, whoever reports.
TEST(Recorder, HandsOverADigestBeyondTheLimit) {
  for (const Reporters reporters : {Reporters::threads, Reporters::one}) {
    VirtualTime time;
    Schedule schedule = closed(ScenarioKind::multi_stream);
    schedule.scenario.keep_queries = 40'000;
    Recorder recorder(schedule, time.clock(), reporters);
    for (std::uint64_t i = 0; i < 40'001; ++i) {
      const Query query = recorder.begin();
      time.now += Nanoseconds(3);
      recorder.complete(query.id, 8, 0);
    }
    ridgeline::Run run;
    recorder.finish(run);
    ASSERT_TRUE(run.digest);
    EXPECT_TRUE(run.queries.empty());
    EXPECT_TRUE(run.sample_completions.empty());
    EXPECT_FALSE(run.interrupted);
    EXPECT_EQ(run.digest->queries, 40'001u);
    EXPECT_EQ(run.digest->samples, 8 * 40'001u);
    EXPECT_EQ(run.digest->latency.times.max(), Nanoseconds(3));
    EXPECT_EQ(run.digest->last_issued, Nanoseconds(3 * 40'000));
    EXPECT_EQ(run.digest->end, Nanoseconds(3 * 40'001));
    ASSERT_EQ(run.notes.size(), 1u);
    EXPECT_THAT(run.notes[0], HasSubstr("more than 40000 queries: histograms in place of each"));
  }
}

// Of a query whose block is gone a completion is one that nobody asked for.
TEST(Recorder, ForgetsQueriesThatAreDoneWhenOneThreadReports) {
  VirtualTime time;
  Recorder recorder(closed(ScenarioKind::single_stream), time.clock(), Reporters::one);
  for (std::uint64_t i = 0; i < 50'000; ++i) recorder.complete(recorder.begin().id, 1, 0);
  recorder.complete(0, 1, 0);
  recorder.first_token(1);
  ridgeline::Run run;
  recorder.finish(run);
  EXPECT_EQ(run.queries.size(), 50'000u);
  ASSERT_EQ(run.notes.size(), 1u);
  EXPECT_THAT(run.notes[0], HasSubstr("reported 2 completions"));
}

// Four threads complete what a fifth issues, each query in two halves by two of them.
TEST(Recorder, LosesNothingUnderConcurrentCompletion) {
  Scenario s = Scenario::mlperf(ScenarioKind::multi_stream);
  s.samples_per_query = 2;
  const auto start = std::chrono::steady_clock::now();
  Recorder recorder(*make_schedule(s), [start] {
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::steady_clock::now() - start);
  });
  std::atomic<std::uint64_t> answered{0};
  recorder.on_query_done([&answered](std::uint64_t) { ++answered; });
  constexpr std::uint64_t n = 40'000;
  std::vector<std::thread> workers;
  for (unsigned half = 0; half < 4; ++half) {
    workers.emplace_back([&recorder, half] {
      for (std::uint64_t query = half % 2; query < n; query += 2) {
        while (recorder.issued() <= query) std::this_thread::yield();
        recorder.complete(query, 1, 3);
      }
    });
  }
  for (std::uint64_t i = 0; i < n; ++i) recorder.begin();
  for (auto& worker : workers) worker.join();
  ridgeline::Run run;
  recorder.finish(run);
  EXPECT_EQ(answered.load(), n);
  EXPECT_TRUE(run.notes.empty());
  ASSERT_EQ(run.queries.size(), n);
  ASSERT_EQ(run.sample_completions.size(), 2 * n);
  for (std::uint64_t i = 0; i < n; ++i) {
    ASSERT_EQ(run.queries[i].tokens, 6u);
    ASSERT_GE(run.queries[i].completed, run.queries[i].issued);
    ASSERT_EQ(run.queries[i].completed, run.sample_completions[2 * i + 1]) << "the later half completes it";
  }
}

}  // namespace
}  // namespace ridgeline::load
