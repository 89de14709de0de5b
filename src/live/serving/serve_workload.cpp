// A workload as a system under test: one queue, one worker.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "live/host/cpus.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

using Clock = std::chrono::steady_clock;

/// Samples of one query that still wait.
struct Waiting {
  std::uint64_t query = 0;
  std::uint32_t samples = 0;
  CompletionSink* sink = nullptr;
  Clock::time_point arrived;
};

/// Samples of one query in a batch.
struct Part {
  std::uint64_t query = 0;
  std::uint32_t samples = 0;
  CompletionSink* sink = nullptr;
  bool last = false;  ///< none of the query's samples wait any more
};

class WorkloadServer final : public SystemUnderTest {
 public:
  WorkloadServer(Workload& workload, const ServingOptions& options)
      : workload_(workload),
        options_(options),
        max_batch_(std::max(1U, std::min(options.max_batch, workload.max_batch()))) {
    worker_ = std::thread([this] { work(); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ready_; });
  }

  /// Finishes the batch that is running; what still waits is dropped.
  ~WorkloadServer() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }
  WorkloadServer(const WorkloadServer&) = delete;
  WorkloadServer& operator=(const WorkloadServer&) = delete;

  std::string name() const override { return options_.name + (pinned_ ? "" : " (not pinned: refused)"); }

  void issue(const Query& query, CompletionSink& sink) override {
    if (query.samples == 0) return;
    {
      std::lock_guard lock(mutex_);
      queue_.push_back({query.id, query.samples, &sink, Clock::now()});
      waiting_samples_ += query.samples;
      flushing_ = false;  // a new run after an old one's end
    }
    changed_.notify_one();
  }

  void flush() override {
    {
      std::lock_guard lock(mutex_);
      flushing_ = true;
    }
    changed_.notify_one();
  }

  bool takes_many_issuers() const override { return true; }

 private:
  void work() {
    const bool pinned = static_cast<bool>(live::size_and_pin_team(options_.threads, options_.cpus));
    std::unique_lock lock(mutex_);
    pinned_ = pinned;
    ready_ = true;
    changed_.notify_all();
    while (wait_for_batch(lock)) {
      const auto batch = take_batch();
      lock.unlock();
      run(batch);
      lock.lock();
    }
  }

  /// False when it is time to go. A batch leaves when it is full, when its oldest sample has waited
  /// batch_timeout, or when no more will come.
  bool wait_for_batch(std::unique_lock<std::mutex>& lock) {
    changed_.wait(lock, [this] { return stop_ || !queue_.empty(); });
    if (stop_) return false;
    changed_.wait_until(lock, queue_.front().arrived + options_.batch_timeout,
                        [this] { return stop_ || flushing_ || waiting_samples_ >= max_batch_; });
    return !stop_;
  }

  /// The oldest samples, up to a full batch; the last query may leave some behind.
  std::vector<Part> take_batch() {
    std::vector<Part> batch;
    for (std::uint32_t room = max_batch_; room > 0 && !queue_.empty();) {
      auto& oldest = queue_.front();
      const std::uint32_t taken = std::min(room, oldest.samples);
      oldest.samples -= taken;
      room -= taken;
      waiting_samples_ -= taken;
      batch.push_back({oldest.query, taken, oldest.sink, oldest.samples == 0});
      if (oldest.samples == 0) queue_.pop_front();
    }
    return batch;
  }

  void run(const std::vector<Part>& batch) {
    std::uint32_t samples = 0;
    for (const auto& part : batch) samples += part.samples;
    const auto first_token = [&batch] {
      for (const auto& part : batch) {
        if (part.last) part.sink->first_token(part.query);
      }
    };
    const std::uint32_t tokens = workload_.tokens_per_sample();
    workload_.run(samples, tokens > 0 ? std::function<void()>(first_token) : nullptr);
    for (const auto& part : batch) part.sink->complete(part.query, part.samples, part.samples * tokens);
  }

  Workload& workload_;
  const ServingOptions options_;
  const std::uint32_t max_batch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;  ///< guarded, as all below
  std::uint64_t waiting_samples_ = 0;
  bool flushing_ = false, stop_ = false, ready_ = false;
  bool pinned_ = true;  ///< written before ready_, constant afterwards
  std::thread worker_;
};

}  // namespace

std::unique_ptr<SystemUnderTest> serve_workload(Workload& workload, const ServingOptions& options) {
  return std::make_unique<WorkloadServer>(workload, options);
}

}  // namespace ridgeline
