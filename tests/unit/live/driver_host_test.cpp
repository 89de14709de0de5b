#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "driver.h"
#include "live/host/cpus.h"
#include "ridgeline/host_noise.h"

namespace ridgeline {
namespace {

using namespace test;
using std::chrono::milliseconds;

Seconds milliseconds_of(int count) { return to_seconds(milliseconds(count)); }

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

}  // namespace
}  // namespace ridgeline
