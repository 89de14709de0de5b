#pragma once
// A sink for tests: keeps what a system reported, in order, and waits for it.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline {

class Reported final : public CompletionSink {
 public:
  Reported() = default;
  ~Reported() override { const std::lock_guard last_report(mutex_); }
  Reported(const Reported&) = delete;
  Reported& operator=(const Reported&) = delete;

  void first_token(std::uint64_t query) override { add("first " + std::to_string(query), 0); }
  void token_gap(Nanoseconds gap) override {
    const std::lock_guard lock(mutex_);
    gaps_.push_back(gap);
  }
  void complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) override {
    add("done " + std::to_string(query) + " samples " + std::to_string(samples) + " tokens " +
            std::to_string(tokens),
        samples);
  }
  void fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) override {
    add("fail " + std::to_string(query) + " samples " + std::to_string(samples) + ": " + std::string(kind),
        samples);
  }

  /// False when so many samples did not end within a time that a loaded machine keeps.
  bool wait_for_samples(std::uint64_t samples) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return samples_ >= samples; });
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::vector<Nanoseconds> gaps() {
    const std::lock_guard lock(mutex_);
    return gaps_;
  }

 private:
  void add(std::string line, std::uint32_t samples) {
    // Notified under the lock: who waits may destroy this next.
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    samples_ += samples;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::vector<Nanoseconds> gaps_;
  std::uint64_t samples_ = 0;
};

}  // namespace ridgeline
