#pragma once
// What a system under test reports to while a schedule is played, and what the driver waits on.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "load/recorder.h"
#include "ridgeline/scenario.h"

namespace ridgeline::live {

/// Records without locks; the lock is taken only to wake a driver that sleeps.
class Session final : public CompletionSink {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Session(const Schedule&);

  void start() { start_ = Clock::now(); }  ///< once, before the first query
  Clock::time_point at(Nanoseconds since_start) const { return start_ + since_start; }
  load::Recorder& recorder() { return recorder_; }
  const load::Recorder& recorder() const { return recorder_; }

  std::uint64_t outstanding() const {
    const std::uint64_t done = recorder_.done();
    return recorder_.issued() - done;
  }
  /// Samples that any query has seen completed, or failed.
  std::uint64_t samples_done() const { return samples_done_.load(std::memory_order_acquire); }
  /// Returns when nothing is outstanding or the time has come.
  void wait_until_idle(Clock::time_point until);

  /// From here on the times of completions are kept for take_answers(). Before the first query.
  void keep_answers(std::size_t at_once);
  /// When queries completed since the last call, in their order; valid until the next call.
  const std::vector<Nanoseconds>& take_answers();
  bool has_answers() const { return has_answers_.load(std::memory_order_acquire); }
  /// Returns when there are answers or the time has come.
  void wait_for_answer(Clock::time_point until);

  void first_token(std::uint64_t query) override { recorder_.first_token(query); }
  void token_gap(Nanoseconds gap) override { recorder_.token_gap(gap); }
  void complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) override;
  void fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) override;

  /// Returns when no thread is inside complete() or fail() any more: from here on the session may be
  /// destroyed. Requires that nothing is outstanding.
  void wait_until_quiet() const;
  /// Keeps a session whose system may still report until the process ends.
  static void abandon(std::unique_ptr<Session>);

 private:
  void keep_answer();
  template <class Report>
  void end(std::uint32_t samples, Report report);

  Clock::time_point start_{};
  load::Recorder recorder_;
  std::atomic<std::uint64_t> samples_done_{0};
  std::atomic<bool> driver_sleeps_{false};
  std::atomic<unsigned> inside_{0};  ///< threads in complete() and fail()
  std::mutex mutex_;
  std::condition_variable idle_, answered_;
  std::vector<Nanoseconds> answers_, taken_;  ///< answers_ is guarded by the mutex
  std::atomic<bool> has_answers_{false};
};

}  // namespace ridgeline::live
