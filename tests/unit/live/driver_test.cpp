#include "driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace ridgeline {
namespace {

using namespace test;
using std::chrono::milliseconds;

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

}  // namespace
}  // namespace ridgeline
