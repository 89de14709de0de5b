#pragma once
// Screens ranges beside the thread that talks to the other processes.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "ridgeline/study_shares.h"

namespace ridgeline::cluster {

struct Found {
  StudyRange range;
  double seconds = 0;
  std::string findings;
};

class ScreeningThread {
 public:
  ScreeningThread(const Study& study, unsigned threads)
      : screen_(study, threads), thread_([this] { work(); }) {}
  ~ScreeningThread() { stop(); }
  ScreeningThread(const ScreeningThread&) = delete;
  ScreeningThread& operator=(const ScreeningThread&) = delete;

  void add(StudyRange range) {
    const std::lock_guard lock(mutex_);
    ranges_.push_back(range);
    ready_.notify_one();
  }
  /// Not this one, unless it is begun.
  void drop(StudyRange range) {
    const std::lock_guard lock(mutex_);
    std::erase(ranges_, range);
  }
  std::optional<Found> take() {
    const std::lock_guard lock(mutex_);
    if (found_.empty()) return std::nullopt;
    Found first = std::move(found_.front());
    found_.pop_front();
    return first;
  }
  /// Leaves the range in progress.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      ready_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ready_.wait(lock, [this] { return stop_ || !ranges_.empty(); });
      if (stop_) return;
      const StudyRange range = ranges_.front();
      ranges_.pop_front();
      lock.unlock();
      const auto start = std::chrono::steady_clock::now();
      auto findings = screen_.screen(range, stop_);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      lock.lock();
      if (findings) found_.push_back({range, took.count(), *std::move(findings)});
    }
  }

  RangeScreen screen_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<StudyRange> ranges_;
  std::deque<Found> found_;
  std::thread thread_;
};

}  // namespace ridgeline::cluster
