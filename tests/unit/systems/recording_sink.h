#pragma once
// Keeps all that a system reports.

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::test {

class RecordingSink final : public CompletionSink {
 public:
  void first_token(std::uint64_t query) override {
    const std::lock_guard lock(mutex_);
    ++first_tokens[query];
    if (ended_of_[query] > 0) late_first_token = true;
  }
  void token_gap(Nanoseconds gap) override {
    const std::lock_guard lock(mutex_);
    gaps.push_back(gap);
  }
  void complete(std::uint64_t query, std::uint32_t samples, std::uint32_t count) override {
    const std::lock_guard lock(mutex_);
    tokens[query] += count;
    completed += samples;
    end(query, samples);
  }
  void fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) override {
    const std::lock_guard lock(mutex_);
    failures[std::string(kind)] += samples;
    end(query, samples);
  }
  std::size_t count_gaps() {
    const std::lock_guard lock(mutex_);
    return gaps.size();
  }
  /// Reported, of all answers.
  std::size_t pieces() {
    const std::lock_guard lock(mutex_);
    return first_tokens.size() + gaps.size();
  }
  /// Until so many samples have ended; false: they did not within 30 seconds.
  bool wait(std::uint64_t samples) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return ended >= samples; });
  }

  std::map<std::uint64_t, int> first_tokens;
  std::map<std::uint64_t, std::uint32_t> tokens;
  std::map<std::string, std::uint64_t> failures;
  std::vector<Nanoseconds> gaps;
  std::uint64_t completed = 0, ended = 0;
  bool late_first_token = false;  ///< after the query's last sample

 private:
  void end(std::uint64_t query, std::uint32_t samples) {
    ended_of_[query] += samples;
    ended += samples;
    changed_.notify_all();
  }

  std::map<std::uint64_t, std::uint64_t> ended_of_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace ridgeline::test
