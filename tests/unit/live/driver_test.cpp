#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "live/host/cpus.h"
#include "ridgeline/host_noise.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

using std::chrono::milliseconds;

/// Hands every query to a function; counts them.
class ScriptedSystem final : public SystemUnderTest {
 public:
  using Script = std::function<void(const Query&, CompletionSink&, std::uint64_t count)>;
  explicit ScriptedSystem(Script script) : script_(std::move(script)) {}
  std::string name() const override { return "scripted"; }
  void issue(const Query& query, CompletionSink& sink) override { script_(query, sink, ++count); }
  void flush() override { ++flushes; }
  std::uint64_t count = 0, flushes = 0;

 private:
  Script script_;
};

void answer(const Query& query, CompletionSink& sink, std::uint64_t /*count*/) {
  sink.complete(query.id, query.samples, 0);
}

Schedule closed_loop(ScenarioKind kind, std::uint64_t queries, std::uint32_t samples) {
  Scenario scenario = Scenario::mlperf(kind);
  scenario.min_duration = Nanoseconds(0);
  scenario.min_queries = queries;
  scenario.samples_per_query = kind == ScenarioKind::multi_stream ? samples : 1;
  Schedule schedule;
  schedule.scenario = scenario;
  schedule.samples = samples;
  return schedule;
}

Schedule server(std::vector<Nanoseconds> arrivals) {
  Schedule schedule = closed_loop(ScenarioKind::server, std::max<std::size_t>(1, arrivals.size()), 1);
  schedule.scenario.target_qps = 1000;
  schedule.arrivals = std::move(arrivals);
  return schedule;
}

Schedule server_every(Nanoseconds gap, int count) {
  std::vector<Nanoseconds> arrivals;
  for (int i = 0; i < count; ++i) arrivals.push_back(i * gap);
  return server(arrivals);
}

/// LoadGen counts Offline's samples as queries.
Schedule offline(std::uint32_t samples) { return closed_loop(ScenarioKind::offline, samples, samples); }

Seconds milliseconds_of(int count) { return to_seconds(milliseconds(count)); }

bool has_note(const Run& run, const std::string& part) {
  return std::any_of(run.notes.begin(), run.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

TEST(Drive, ClosedLoopIssuesTheNextQueryWhenTheLastIsDone) {
  const auto system = make_null_system();
  const auto run = drive(closed_loop(ScenarioKind::single_stream, 100, 1), *system, {});
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->queries.size(), 100U);
  EXPECT_FALSE(run->interrupted);
  EXPECT_EQ(run->origin, RunOrigin::measured);
  EXPECT_EQ(run->system, "null system");
  EXPECT_FALSE(run->machine.empty());
  for (std::size_t i = 0; i < run->queries.size(); ++i) {
    const auto& query = run->queries[i];
    EXPECT_EQ(query.scheduled, query.issued);
    EXPECT_GE(query.completed, query.issued);
    if (i > 0) {
      EXPECT_GE(query.issued, run->queries[i - 1].completed);
    }
  }
}

TEST(Drive, ClosedLoopRunsForItsDuration) {
  Schedule schedule = closed_loop(ScenarioKind::single_stream, 1, 1);
  schedule.scenario.min_duration = milliseconds(20);
  const auto system = make_sleep_system(milliseconds(2));
  const auto run = drive(schedule, *system, {});
  ASSERT_TRUE(run);
  // LoadGen's rule: the last query is the first one issued at or after min_duration.
  EXPECT_GE(run->queries.back().issued, milliseconds(20));
  for (std::size_t i = 0; i + 1 < run->queries.size(); ++i) {
    EXPECT_LT(run->queries[i].issued, milliseconds(21));
    EXPECT_GE(run->queries[i].latency(), milliseconds(2));
  }
  EXPECT_LE(run->queries.size(), 11U);  // 2 ms each: at most ten before 20 ms, and the last
}

TEST(Drive, MultiStreamRecordsEverySample) {
  const auto system = make_null_system();
  const auto run = drive(closed_loop(ScenarioKind::multi_stream, 25, 8), *system, {});
  ASSERT_TRUE(run);
  EXPECT_EQ(run->queries.size(), 25U);
  EXPECT_EQ(run->sample_completions.size(), 25U * 8);
}

TEST(Drive, OpenLoopLatencyCountsFromTheScheduledTime) {
  // Six queries at once, 3 ms each on one worker: query k cannot be done before 3 (k + 1) ms.
  const auto system = make_sleep_system(milliseconds(3));
  const auto run = drive(server_every(Nanoseconds(0), 6), *system, {});
  ASSERT_TRUE(run);
  ASSERT_EQ(run->queries.size(), 6U);
  for (std::size_t k = 0; k < 6; ++k) {
    EXPECT_EQ(run->queries[k].scheduled, Nanoseconds(0));
    EXPECT_GE(run->queries[k].latency(), milliseconds(3 * (k + 1)));
  }
}

TEST(Drive, OpenLoopNeverIssuesEarlyAndRecordsItsLateness) {
  const auto system = make_null_system();
  const auto schedule = server_every(std::chrono::microseconds(300), 200);
  const auto run = drive(schedule, *system, {});
  ASSERT_TRUE(run);
  ASSERT_EQ(run->queries.size(), 200U);
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(run->queries[i].scheduled, schedule.arrivals[i]);
    EXPECT_GE(run->queries[i].issued, run->queries[i].scheduled);
  }
  EXPECT_TRUE(summarize(*run).lateness_p99.has_value());
}

TEST(Drive, PlaysTheArrivalsThatMakeScheduleDraws) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::server);
  scenario.min_duration = milliseconds(50);
  scenario.min_queries = 20;
  scenario.target_qps = 1000;
  const auto schedule = make_schedule(scenario);
  ASSERT_TRUE(schedule);
  const auto system = make_null_system();
  const auto run = drive(*schedule, *system, {});
  ASSERT_TRUE(run);
  EXPECT_EQ(run->queries.size(), schedule->arrivals.size());
}

TEST(Drive, OfflineIsOneQueryThatManyThreadsMayAnswer) {
  static constexpr std::uint32_t samples = 4000, workers = 4;
  std::vector<std::thread> threads;
  ScriptedSystem system([&](const Query& query, CompletionSink& sink, std::uint64_t) {
    for (std::uint32_t w = 0; w < workers; ++w) {
      threads.emplace_back([&sink, id = query.id] {
        for (std::uint32_t i = 0; i < samples / workers; ++i) sink.complete(id, 1, 2);
      });
    }
  });
  const auto run = drive(offline(samples), system, {});
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(run);
  ASSERT_EQ(run->queries.size(), 1U);
  EXPECT_EQ(run->queries[0].tokens, 2 * samples);
  EXPECT_EQ(run->sample_completions.size(), samples);
  EXPECT_TRUE(std::is_sorted(run->sample_completions.begin(), run->sample_completions.end()));
  EXPECT_EQ(run->sample_completions.back(), run->queries[0].completed);
  EXPECT_EQ(system.flushes, 1U);
}

TEST(Drive, StopFlagEndsARunWithWhatWasMeasured) {
  std::atomic<bool> stop{false};
  ScriptedSystem system([&](const Query& query, CompletionSink& sink, std::uint64_t count) {
    sink.complete(query.id, query.samples, 0);
    if (count == 10) stop = true;
  });
  DriveOptions options;
  options.stop = &stop;
  const auto closed = drive(closed_loop(ScenarioKind::single_stream, 1'000'000, 1), system, options);
  ASSERT_TRUE(closed);
  EXPECT_TRUE(closed->interrupted);
  EXPECT_EQ(closed->queries.size(), 10U);
  EXPECT_TRUE(has_note(*closed, "stopped"));

  stop = false;
  system.count = 0;
  const auto open = drive(server_every(milliseconds(1), 100'000), system, options);
  ASSERT_TRUE(open);
  EXPECT_TRUE(open->interrupted);
  EXPECT_EQ(open->queries.size(), 10U);
}

TEST(Drive, StopFlagSetBeforehandMeasuresNothing) {
  const std::atomic<bool> stop{true};
  const auto system = make_null_system();
  DriveOptions options;
  options.stop = &stop;
  options.warm_up = milliseconds(10);
  const auto run = drive(closed_loop(ScenarioKind::single_stream, 5, 1), *system, options);
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->interrupted);
  EXPECT_TRUE(run->queries.empty());
}

TEST(Drive, StopFlagEndsALongWaitForTheNextArrival) {
  std::atomic<bool> stop{false};
  ScriptedSystem system([&](const Query& query, CompletionSink& sink, std::uint64_t count) {
    answer(query, sink, count);
    stop = true;
  });
  DriveOptions options;
  options.stop = &stop;
  const auto run = drive(server({Nanoseconds(0), std::chrono::hours(1)}), system, options);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->queries.size(), 1U);
}

TEST(Drive, GivesUpOnASystemThatStopsAnswering) {
  ScriptedSystem system([](const Query& query, CompletionSink& sink, std::uint64_t count) {
    if (count <= 5) sink.complete(query.id, query.samples, 0);
  });
  DriveOptions options;
  options.give_up = milliseconds(30);
  for (const auto& schedule :
       {closed_loop(ScenarioKind::single_stream, 100, 1), server_every(milliseconds(1), 100)}) {
    system.count = 0;
    const auto run = drive(schedule, system, options);
    ASSERT_TRUE(run);
    EXPECT_TRUE(run->interrupted);
    EXPECT_EQ(run->queries.size(), 5U);
    EXPECT_TRUE(has_note(*run, "gave up")) << ::testing::PrintToString(run->notes);
  }
}

TEST(Drive, AnAnswerAfterTheEndIsHarmless) {
  CompletionSink* kept = nullptr;
  ScriptedSystem system([&](const Query&, CompletionSink& sink, std::uint64_t) { kept = &sink; });
  DriveOptions options;
  options.give_up = milliseconds(10);
  const auto run = drive(offline(3), system, options);
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->queries.empty());
  ASSERT_NE(kept, nullptr);
  kept->complete(0, 3, 0);  // the sanitizer watches
}

TEST(Drive, WarmUpQueriesRunAndAreNotRecorded) {
  ScriptedSystem system(answer);
  DriveOptions options;
  options.warm_up = milliseconds(10);
  const auto run = drive(closed_loop(ScenarioKind::single_stream, 7, 1), system, options);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->queries.size(), 7U);
  EXPECT_GT(system.count, 7U);
  EXPECT_EQ(system.flushes, 1U);  // the warm-up is not the end of the queries
  EXPECT_TRUE(has_note(*run, "warm-up: " + std::to_string(system.count - 7) + " queries"));
}

TEST(Drive, ProgressEndsAtOne) {
  std::vector<double> seen;
  DriveOptions options;
  options.progress = [&](double fraction) { seen.push_back(fraction); };
  const auto system = make_null_system();
  ASSERT_TRUE(drive(server_every(milliseconds(5), 60), *system, options));
  ASSERT_GE(seen.size(), 2U);  // 300 ms, a report about every 100 ms
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_GE(seen.front(), 0);
  EXPECT_EQ(seen.back(), 1);
}

TEST(Drive, PinsTheDriverAndPutsItsAffinityBack) {
  const auto cpus = live::available_cpus();
  cpu_set_t during;
  CPU_ZERO(&during);
  ScriptedSystem system([&](const Query& query, CompletionSink& sink, std::uint64_t count) {
    sched_getaffinity(0, sizeof during, &during);
    answer(query, sink, count);
  });
  DriveOptions options;
  options.driver_cpus = {cpus.back()};
  ASSERT_TRUE(drive(closed_loop(ScenarioKind::single_stream, 1, 1), system, options));
  EXPECT_EQ(CPU_COUNT(&during), 1);
  EXPECT_TRUE(CPU_ISSET(cpus.back(), &during));
  EXPECT_EQ(live::available_cpus(), cpus);
}

TEST(Drive, SeveralThreadsIssueEachArrivalOnceAndNeverEarly) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::vector<unsigned> seen(400);
  class Shared final : public SystemUnderTest {
   public:
    explicit Shared(std::function<void(const Query&)> see) : see_(std::move(see)) {}
    std::string name() const override { return "shared"; }
    void issue(const Query& query, CompletionSink& sink) override {
      see_(query);
      sink.complete(query.id, query.samples, 0);
    }
    void flush() override {}
    bool takes_many_issuers() const override { return true; }

   private:
    std::function<void(const Query&)> see_;
  };
  Shared system([&](const Query& query) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    ++seen[query.id];
  });
  const auto schedule = server_every(std::chrono::microseconds(100), 400);
  DriveOptions options;
  options.issue_threads = 3;
  const auto run = drive(schedule, system, options);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(threads.size(), 3U);
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](unsigned count) { return count == 1; }));
  ASSERT_EQ(run->queries.size(), 400U);
  for (std::size_t i = 0; i < 400; ++i) {
    EXPECT_EQ(run->queries[i].scheduled, schedule.arrivals[i]);
    EXPECT_GE(run->queries[i].issued, run->queries[i].scheduled);
  }
}

TEST(Drive, ASystemForOneThreadIsNotAskedBySeveral) {
  ScriptedSystem system(answer);
  DriveOptions options;
  options.issue_threads = 2;
  const auto run = drive(server_every(milliseconds(1), 4), system, options);
  ASSERT_FALSE(run);
  EXPECT_NE(run.error().message.find("issue_threads"), std::string::npos);
}

TEST(Drive, StopFlagEndsAllIssuingThreads) {
  const auto system = make_null_system();
  std::atomic<bool> stop{false};
  DriveOptions options;
  options.stop = &stop;
  options.issue_threads = 3;
  options.progress = [&](double) { stop = true; };
  const auto run = drive(server_every(milliseconds(20), 100'000), *system, options);
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->interrupted);
  EXPECT_LT(run->queries.size(), 1000U);
}

TEST(Drive, UsersThinkBetweenAnswerAndQuestion) {
  Schedule schedule = closed_loop(ScenarioKind::closed_loop, 30, 1);
  schedule.scenario.users = 3;
  schedule.scenario.think_time = milliseconds(4);
  const auto system = make_sleep_system(milliseconds(1));  // one after the other
  const auto run = drive(schedule, *system, {});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_GE(run->queries.size(), 30U);
  EXPECT_FALSE(run->interrupted);
  const auto& queries = run->queries;
  // All ask at once at first; whoever is answered k-th cannot ask again before the answer and its thinking.
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(queries[i].issued, queries[0].completed + milliseconds(4));
  for (std::size_t i = 3; i < queries.size(); ++i) {
    EXPECT_GE(queries[i].issued, queries[i - 3].completed + milliseconds(4)) << i;
    EXPECT_EQ(queries[i].issued, queries[i].scheduled);
  }
}

TEST(Drive, ManyUsersWhoDoNotThinkKeepTheSystemBusy) {
  Schedule schedule = closed_loop(ScenarioKind::closed_loop, 2000, 1);
  schedule.scenario.users = 5;
  std::uint64_t most = 0;
  std::vector<std::uint64_t> waiting;
  ScriptedSystem system([&](const Query& query, CompletionSink& sink, std::uint64_t) {
    waiting.push_back(query.id);
    most = std::max<std::uint64_t>(most, waiting.size());
    if (waiting.size() < 5 && query.id + 5 < 2000) return;
    for (const std::uint64_t id : waiting) sink.complete(id, 1, 0);
    waiting.clear();
  });
  const auto run = drive(schedule, system, {});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->queries.size(), 2000U);
  EXPECT_EQ(most, 5U);  // never more than there are users
}

TEST(Drive, SaysWhatTheHostDidMeanwhile) {
  const auto system = make_sleep_system(milliseconds(1));
  const auto run = drive(server_every(milliseconds(2), 50), *system, {});
  ASSERT_TRUE(run);
  ASSERT_NE(run->host_noise, nullptr);
  const HostNoise& noise = *run->host_noise;
  EXPECT_GE(noise.watched, milliseconds_of(98));
  EXPECT_EQ(noise.cores, live::available_cpus().size());
  ASSERT_TRUE(noise.own && noise.switches && noise.spun);
  EXPECT_GT(*noise.switches, 0U);
  EXPECT_LE(*noise.spun, 50 * milliseconds_of(1) + noise.watched);
  EXPECT_FALSE(noise.watcher.empty());
}

TEST(Drive, LeavesNoSchedulingBehind) {
  const int before = sched_getscheduler(0);
  const auto system = make_null_system();
  const auto run = drive(server_every(milliseconds(5), 4), *system, {});
  ASSERT_TRUE(run);
  EXPECT_EQ(sched_getscheduler(0), before);
  DriveOptions normal;
  normal.priority = DriverPriority::normal;
  const auto quiet = drive(server_every(milliseconds(5), 4), *system, normal);
  ASSERT_TRUE(quiet);
  EXPECT_FALSE(has_note(*quiet, "real-time"));
}

TEST(Drive, RefusesWhatMakesNoSense) {
  const auto system = make_null_system();
  const auto message = [&](const Schedule& schedule, const DriveOptions& options) {
    const auto run = drive(schedule, *system, options);
    return run ? std::string("accepted") : run.error().message;
  };
  const auto good = closed_loop(ScenarioKind::single_stream, 1, 1);
  EXPECT_EQ(message(good, {}), "accepted");
  EXPECT_NE(message(server({}), {}).find("arrivals"), std::string::npos);
  EXPECT_NE(message(server({milliseconds(2), milliseconds(1)}), {}).find("ascend"), std::string::npos);
  EXPECT_NE(message(closed_loop(ScenarioKind::offline, 1, 0), {}), "accepted");
  DriveOptions options;
  options.driver_cpus = {1 << 20};
  EXPECT_NE(message(good, options).find("core"), std::string::npos);
  options = {};
  options.give_up = Nanoseconds(0);
  EXPECT_NE(message(good, options).find("give_up"), std::string::npos);
}

/// Answers so many queries, and fails all others at once.
class FailingSystem final : public SystemUnderTest {
 public:
  explicit FailingSystem(std::uint64_t answers) : left_(answers) {}
  std::string name() const override { return "failing"; }
  void flush() override {}
  void issue(const Query& query, CompletionSink& sink) override {
    if (left_ == 0) return sink.fail(query.id, query.samples, "connection refused");
    --left_;
    sink.complete(query.id, query.samples, 0);
  }

 private:
  std::uint64_t left_;
};

// A closed loop would ask a system that is gone a million times a second.
TEST(Drive, AClosedLoopGivesUpOnASystemThatOnlyFails) {
  for (const std::uint64_t answers : {0, 7}) {
    Scenario scenario = Scenario::mlperf(ScenarioKind::single_stream);
    FailingSystem system(answers);
    const auto run = drive(*make_schedule(scenario), system, {});
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_TRUE(run->interrupted);
    EXPECT_EQ(run->queries.size(), answers);
    EXPECT_EQ(run->failed(), 100u);
    EXPECT_THAT(run->notes, ::testing::Contains(::testing::HasSubstr("the last 100 queries got no answer")));
  }
}

}  // namespace
}  // namespace ridgeline
