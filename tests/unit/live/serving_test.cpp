#include <gtest/gtest.h>
#include <omp.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

using std::chrono::milliseconds;

/// Computes nothing; keeps the batches it was given. While the gate is shut, run() waits.
class GatedWorkload final : public Workload {
 public:
  GatedWorkload(std::uint32_t max_batch, std::uint32_t tokens) : max_batch_(max_batch), tokens_(tokens) {}
  std::uint32_t max_batch() const override { return max_batch_; }
  std::uint32_t tokens_per_sample() const override { return tokens_; }
  void run(std::uint32_t batch, const std::function<void()>& on_first_token) override {
    std::unique_lock lock(mutex_);
    team = omp_get_max_threads();
    batches.push_back(batch);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    if (on_first_token) on_first_token();
  }
  std::vector<std::vector<ExecutedOp>> trace(std::uint32_t) override { return {}; }

  void shut() { set(false); }
  void open() { set(true); }
  void wait_for_batches(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return batches.size() >= count; });
  }
  std::vector<std::uint32_t> batches;
  int team = 0;

 private:
  void set(bool open) {
    {
      std::lock_guard lock(mutex_);
      open_ = open;
    }
    changed_.notify_all();
  }
  std::uint32_t max_batch_, tokens_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
};

struct Report {
  std::uint64_t query = 0;
  std::uint32_t samples = 0, tokens = 0;
  bool operator==(const Report&) const = default;
};

class ReportingSink final : public CompletionSink {
 public:
  void first_token(std::uint64_t query) override {
    std::lock_guard lock(mutex_);
    first_tokens.push_back(query);
    reported_at_first_token[query] = reports.size();
  }
  void complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) override {
    std::lock_guard lock(mutex_);
    reports.push_back({query, samples, tokens});
    samples_ += samples;
    changed_.notify_all();
  }
  void token_gap(Nanoseconds) override {}
  void fail(std::uint64_t, std::uint32_t, std::string_view kind) override { ADD_FAILURE() << kind; }
  void wait_for_samples(std::uint32_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return samples_ >= count; });
  }
  std::vector<Report> reports;
  std::vector<std::uint64_t> first_tokens;
  std::map<std::uint64_t, std::size_t> reported_at_first_token;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint32_t samples_ = 0;
};

ServingOptions batches_of(std::uint32_t max_batch, Nanoseconds timeout = Nanoseconds(0)) {
  ServingOptions options;
  options.name = "gated";
  options.max_batch = max_batch;
  options.batch_timeout = timeout;
  return options;
}

TEST(ServeWorkload, TakesFullBatchesInOrderAndTheRestLast) {
  GatedWorkload workload(16, 0);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(4));
  system->issue({0, 10}, sink);
  system->flush();
  sink.wait_for_samples(10);
  EXPECT_EQ(workload.batches, (std::vector<std::uint32_t>{4, 4, 2}));
  EXPECT_EQ(sink.reports, (std::vector<Report>{{0, 4, 0}, {0, 4, 0}, {0, 2, 0}}));
  EXPECT_TRUE(sink.first_tokens.empty());  // it does not generate
}

TEST(ServeWorkload, SplitsAQueryThatDoesNotFitTheBatch) {
  GatedWorkload workload(16, 5);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(4));
  workload.shut();
  system->issue({0, 1}, sink);
  workload.wait_for_batches(1);  // the worker is busy: the next two queries wait together
  system->issue({1, 3}, sink);
  system->issue({2, 3}, sink);
  workload.open();
  sink.wait_for_samples(7);
  EXPECT_EQ(workload.batches, (std::vector<std::uint32_t>{1, 4, 2}));
  // Five tokens a sample, wherever its batch was.
  EXPECT_EQ(sink.reports, (std::vector<Report>{{0, 1, 5}, {1, 3, 15}, {2, 1, 5}, {2, 2, 10}}));
}

TEST(ServeWorkload, FirstTokenOfAQueryComesWithItsLastSamples) {
  GatedWorkload workload(16, 5);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(2));
  system->issue({0, 5}, sink);
  sink.wait_for_samples(5);
  EXPECT_EQ(sink.first_tokens, (std::vector<std::uint64_t>{0}));
  // Batches 2, 2, 1: two reports came before the pass in which every sample had a token.
  EXPECT_EQ(sink.reported_at_first_token[0], 2U);
}

TEST(ServeWorkload, AFullBatchDoesNotWait) {
  GatedWorkload workload(16, 0);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(4, std::chrono::hours(1)));
  for (std::uint64_t id = 0; id < 4; ++id) system->issue({id, 1}, sink);
  sink.wait_for_samples(4);
  EXPECT_EQ(workload.batches, (std::vector<std::uint32_t>{4}));
}

TEST(ServeWorkload, APartialBatchWaitsForItsTimeout) {
  GatedWorkload workload(16, 0);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(4, milliseconds(20)));
  const auto start = std::chrono::steady_clock::now();
  system->issue({0, 2}, sink);
  sink.wait_for_samples(2);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
  EXPECT_EQ(workload.batches, (std::vector<std::uint32_t>{2}));
}

TEST(ServeWorkload, FlushSendsAPartialBatchUntilTheNextQueryComes) {
  GatedWorkload workload(16, 0);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(4, std::chrono::hours(1)));
  system->issue({0, 3}, sink);
  system->flush();
  sink.wait_for_samples(3);
  // A new run: single samples are held back again, and go as one batch of four.
  for (std::uint64_t id = 1; id <= 4; ++id) system->issue({id, 1}, sink);
  sink.wait_for_samples(7);
  EXPECT_EQ(workload.batches, (std::vector<std::uint32_t>{3, 4}));
}

TEST(ServeWorkload, NeverExceedsWhatTheWorkloadTakes) {
  GatedWorkload workload(3, 0);
  ReportingSink sink;
  const auto system = serve_workload(workload, batches_of(100));
  system->issue({0, 7}, sink);
  sink.wait_for_samples(7);
  EXPECT_EQ(workload.batches, (std::vector<std::uint32_t>{3, 3, 1}));
}

TEST(ServeWorkload, GivesTheWorkerItsThreads) {
  GatedWorkload workload(1, 0);
  ReportingSink sink;
  auto options = batches_of(1);
  options.threads = 3;
  const auto system = serve_workload(workload, options);
  system->issue({0, 1}, sink);
  sink.wait_for_samples(1);
  EXPECT_EQ(workload.team, 3);
  EXPECT_EQ(system->name(), "gated");
}

TEST(ServeWorkload, SaysWhenItsCoresWereRefused) {
  GatedWorkload workload(1, 0);
  auto options = batches_of(1);
  options.cpus = {1 << 20};
  EXPECT_EQ(serve_workload(workload, options)->name(), "gated (not pinned: refused)");
}

TEST(ServeWorkload, GoesAwayWithQueriesStillWaiting) {
  GatedWorkload workload(16, 0);
  ReportingSink sink;
  auto system = serve_workload(workload, batches_of(1, std::chrono::hours(1)));
  workload.shut();
  for (std::uint64_t id = 0; id < 1000; ++id) system->issue({id, 1}, sink);
  workload.wait_for_batches(1);
  workload.open();
  system.reset();  // a hang fails by the test's time limit
  EXPECT_GE(sink.reports.size(), 1U);
}

TEST(ServeWorkload, DrivenRunCarriesTokensAndFirstTokens) {
  GatedWorkload workload(4, 6);
  const auto system = serve_workload(workload, batches_of(4));
  Scenario scenario = Scenario::mlperf(ScenarioKind::single_stream);
  scenario.min_duration = Nanoseconds(0);
  scenario.min_queries = 20;
  const auto schedule = make_schedule(scenario);
  ASSERT_TRUE(schedule);
  const auto run = drive(*schedule, *system, {});
  ASSERT_TRUE(run);
  ASSERT_EQ(run->queries.size(), 20U);
  for (const auto& query : run->queries) {
    EXPECT_EQ(query.tokens, 6U);
    ASSERT_TRUE(query.first_token.has_value());
    EXPECT_LE(query.scheduled, *query.first_token);
    EXPECT_LE(*query.first_token, query.completed);
  }
}

TEST(SleepSystem, GoesAwayWhileItSleeps) {
  ReportingSink sink;
  auto system = make_sleep_system(std::chrono::hours(1));
  system->issue({0, 1}, sink);
  system.reset();
  EXPECT_TRUE(sink.reports.empty());
}

}  // namespace
}  // namespace ridgeline
