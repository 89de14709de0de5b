#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "driver.h"

namespace ridgeline {
namespace {

using namespace test;
using std::chrono::milliseconds;

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
