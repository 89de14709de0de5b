// Processes of a job as threads: the same study, the same answer, whoever goes silent.

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "cluster/messages.h"
#include "ridgeline/cluster.h"

namespace ridgeline::testing {
namespace {

/// Mailboxes of a job.
struct Post {
  explicit Post(int size) : boxes(static_cast<std::size_t>(size)) {}
  std::mutex mutex;
  std::vector<std::deque<std::pair<int, std::string>>> boxes;
};

class ThreadTransport final : public Transport {
 public:
  ThreadTransport(Post& post, int rank) : post_(post), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(post_.boxes.size()); }
  void send(int to, std::string_view message) override {
    const std::lock_guard lock(post_.mutex);
    post_.boxes[static_cast<std::size_t>(to)].emplace_back(rank_, message);
  }
  std::optional<std::pair<int, std::string>> receive() override {
    const std::lock_guard lock(post_.mutex);
    auto& box = post_.boxes[static_cast<std::size_t>(rank_)];
    if (box.empty()) return std::nullopt;
    auto first = std::move(box.front());
    box.pop_front();
    return first;
  }
  void finish(bool together) override { finished_together = together; }
  std::optional<bool> finished_together;

 private:
  Post& post_;
  int rank_;
};

Study small_study(const std::string& objective = "{maximise: tokens_per_device}") {
  static const Catalog catalog = *Catalog::load(RIDGELINE_DATA_DIR);
  static const Calibrations calibrations =
      *Calibrations::load(std::string(RIDGELINE_DATA_DIR) + "/calibration");
  return *read_study(
      "model: llama-3.1-8b\nspace:\n  hardware: [h100, l4]\n  tp: [1, 2, 3]\n"
      "  replicas: [1, 2, 3, 4]\n  concurrency: {from: 1, to: 1200, step: 1}\n"
      "objectives: [{maximise: tokens_per_user}, " +
          objective + "]\nuncertainty: {draws: 0, sensitivity: false}\n",
      "s.yaml", catalog, calibrations);
}

std::vector<std::uint64_t> front_of(const StudyResult& result) {
  std::vector<std::uint64_t> all;
  for (const StudyPoint& p : result.front) all.push_back(p.index);
  return all;
}

ExploreOptions one_thread() {
  ExploreOptions options;
  options.threads = 1;
  return options;
}

TEST(Together, AnyNumberOfProcessesHasTheResultOfOne) {
  const Study study = small_study();
  const StudyResult alone = *explore(study, one_thread());
  for (const int size : {1, 2, 5}) {
    Post post(size);
    std::vector<std::thread> others;
    std::atomic<int> fine{0};
    for (int rank = 1; rank < size; ++rank) {
      others.emplace_back([&, rank] {
        ThreadTransport transport(post, rank);
        const auto nothing = explore_together(study, one_thread(), transport);
        fine += nothing && !*nothing && transport.finished_together == true;
      });
    }
    ThreadTransport transport(post, 0);
    const auto result = explore_together(study, one_thread(), transport);
    for (std::thread& other : others) other.join();
    ASSERT_TRUE(result && *result);
    EXPECT_EQ(transport.finished_together, true);
    EXPECT_EQ(fine, size - 1);
    EXPECT_EQ((*result)->feasible, alone.feasible);
    EXPECT_EQ(front_of(**result), front_of(alone));
  }
}

/// It takes ranges and never answers; process 0 has to do them itself.
TEST(Together, TheRangesOfASilentProcessAreDoneByOthers) {
  const Study study = small_study();
  Post post(2);
  ThreadTransport transport(post, 0);
  ClusterOptions cluster;
  cluster.lost_after = Seconds(0.2);
  std::string notes;
  cluster.note = [&](const std::string& line) { notes += line; };
  const auto result = explore_together(study, one_thread(), transport, cluster);
  ASSERT_TRUE(result && *result);
  EXPECT_EQ(front_of(**result), front_of(*explore(study, one_thread())));
  bool had_a_range = false;
  for (const auto& [from, bytes] : post.boxes[1])
    had_a_range = had_a_range || cluster::parsed(bytes)->kind == cluster::Kind::screen;
  EXPECT_TRUE(had_a_range);
  EXPECT_NE(notes.find("process 1 has been silent"), std::string::npos);
  EXPECT_EQ(transport.finished_together, false);  // it would wait for the dead
}

/// It begins nothing until a range of its is stolen, and then does what it was left.
TEST(Together, AProcessWithNothingToDoStealsWhatAnotherHasNotBegun) {
  const Study study = small_study();
  Post post(2);
  bool stolen = false;
  std::thread slow([&] {
    ThreadTransport transport(post, 1);
    std::vector<StudyRange> mine;
    const std::atomic<bool> never{false};
    RangeScreen screen(study, 1);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
      while (const auto one = transport.receive()) {
        const auto message = cluster::parsed(one->second);
        if (message->kind == cluster::Kind::leave) return;
        if (message->kind == cluster::Kind::screen) mine.push_back(message->range);
        if (message->kind == cluster::Kind::drop) stolen = std::erase(mine, message->range) == 1;
      }
      transport.send(0, cluster::written({}));
      if (!stolen && std::chrono::steady_clock::now() < give_up) continue;
      for (const StudyRange range : mine)
        transport.send(
            0, cluster::written({cluster::Kind::findings, range, 0.1, true, *screen.screen(range, never)}));
      mine.clear();
    }
  });
  ThreadTransport transport(post, 0);
  const auto result = explore_together(study, one_thread(), transport);
  slow.join();
  ASSERT_TRUE(result && *result);
  EXPECT_TRUE(stolen);
  EXPECT_EQ(front_of(**result), front_of(*explore(study, one_thread())));
}

TEST(Together, ProcessesWithAnotherStudyAreRefused) {
  const Study study = small_study(), other = small_study("{minimise: ttft}");
  Post post(2);
  ThreadTransport sender(post, 1);
  sender.send(0, cluster::written({cluster::Kind::hello, {}, 0, true, study_fingerprint(other)}));
  ThreadTransport transport(post, 0);
  const auto result = explore_together(study, one_thread(), transport);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("process 1 has another study"), std::string::npos);
}

TEST(Together, AFollowerLeavesWhenTheLeaderIsSilent) {
  const Study study = small_study();
  Post post(2);
  ThreadTransport transport(post, 1);
  ClusterOptions cluster;
  cluster.lost_after = Seconds(0.05);
  const auto result = explore_together(study, one_thread(), transport, cluster);
  ASSERT_FALSE(result);
  EXPECT_EQ(transport.finished_together, false);
}

TEST(Together, StoppedTheLeaderHasWhatIsKnownAndKeepsIt) {
  const Study study = small_study();
  Post post(1);
  ThreadTransport transport(post, 0);
  const std::atomic<bool> stop{true};
  ExploreOptions options = one_thread();
  options.stop = &stop;
  std::string journal;
  options.keep_journal = [&](const std::string& state) { journal = state; };
  const auto result = explore_together(study, options, transport);
  ASSERT_TRUE(result && *result);
  EXPECT_TRUE((*result)->interrupted());
  options = one_thread();
  options.resume = journal;
  EXPECT_EQ(front_of(*explore(study, options)), front_of(*explore(study, one_thread())));
}

}  // namespace
}  // namespace ridgeline::testing
