// Systems that compute nothing: what the driver itself costs, and whether it measures what it should.

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

class NullSystem final : public SystemUnderTest {
 public:
  std::string name() const override { return "null system"; }
  void issue(const Query& query, CompletionSink& sink) override { sink.complete(query.id, query.samples, 0); }
  void flush() override {}
  bool takes_many_issuers() const override { return true; }
};

/// Sleeps once a query, whatever its samples, in the order of arrival.
class SleepSystem final : public SystemUnderTest {
 public:
  explicit SleepSystem(Nanoseconds sleep) : sleep_(sleep), worker_([this] { work(); }) {}
  ~SleepSystem() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_one();
    worker_.join();
  }
  SleepSystem(const SleepSystem&) = delete;
  SleepSystem& operator=(const SleepSystem&) = delete;

  std::string name() const override { return fmt::format("sleep of {} a query", show(to_seconds(sleep_))); }
  void issue(const Query& query, CompletionSink& sink) override {
    {
      std::lock_guard lock(mutex_);
      queue_.push_back({query, &sink});
    }
    changed_.notify_one();
  }
  void flush() override {}
  bool takes_many_issuers() const override { return true; }

 private:
  struct Waiting {
    Query query;
    CompletionSink* sink;
  };

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stop_ || !queue_.empty(); });
      // Not sleep_for: a system that is being destroyed must not sleep to the end.
      const auto end = std::chrono::steady_clock::now() + sleep_;
      if (changed_.wait_until(lock, end, [this] { return stop_; })) return;
      const Waiting next = queue_.front();
      queue_.pop_front();
      lock.unlock();
      next.sink->complete(next.query.id, next.query.samples, 0);
      lock.lock();
    }
  }

  const Nanoseconds sleep_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  bool stop_ = false;
  std::thread worker_;  ///< last: it uses all of the above
};

}  // namespace

std::unique_ptr<SystemUnderTest> make_null_system() { return std::make_unique<NullSystem>(); }
std::unique_ptr<SystemUnderTest> make_sleep_system(Nanoseconds sleep) {
  return std::make_unique<SleepSystem>(sleep);
}

}  // namespace ridgeline
