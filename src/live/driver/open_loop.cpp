// The open loops: queries leave when they are scheduled, by one thread or several.

#include <thread>
#include <vector>

#include "live/driver/player.h"
#include "live/driver/waits.h"
#include "live/host/cpus.h"

namespace ridgeline::live {
namespace {

/// Counts threads down to none, and lets one wait for that.
class Countdown {
 public:
  explicit Countdown(std::size_t count) : left_(count) {}
  void done() {
    const std::lock_guard lock(mutex_);
    if (--left_ == 0) none_.notify_all();
  }
  bool wait_until(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    return none_.wait_until(lock, until, [this] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t left_;
};

}  // namespace

Ending Player::open_loop(Session& session) {
  const std::size_t issuers = std::min<std::size_t>(options_.issue_threads, schedule_.arrivals.size());
  std::atomic<bool> halt{false};
  Countdown running(issuers - 1);
  std::vector<SpinWatch> spun(issuers - 1, SpinWatch(plan_.gap_threshold));
  std::vector<std::jthread> others;
  others.reserve(issuers - 1);
  for (std::size_t i = 1; i < issuers; ++i) {
    others.emplace_back([&, i] {
      const auto& cpus = options_.driver_cpus;
      // drive() has pinned itself to the first of these cores; the rest is refused no more than that.
      if (!cpus.empty()) (void)pin_this_thread({cpus[i % cpus.size()]});
      const PromptThread prompt(plan_.want);
      issue_share(session, i, issuers, spun[i - 1], halt);
      running.done();
    });
  }
  Ending ending = issue_own(session, issuers);
  while (ending == Ending::complete && !running.wait_until(Clock::now() + waits::look_every)) {
    ending = look_around(session, true);
  }
  if (ending != Ending::complete) halt = true;
  for (auto& thread : others) thread.join();
  for (const SpinWatch& each : spun) spun_.add(each);
  if (ending != Ending::complete) return ending;
  if (stop_asked()) return Ending::stopped;  // another thread has seen it first
  system_.flush();
  return wait_until_idle(session);
}

Ending Player::issue_own(Session& session, std::size_t step) {
  const auto& arrivals = schedule_.arrivals;
  for (std::size_t k = 0; k < arrivals.size(); k += step) {
    if (const auto waited = wait_for_arrival(session, arrivals[k]); waited != Ending::complete) return waited;
    issue(session, session.recorder().begin_at(arrivals[k], k));
  }
  return Ending::complete;
}

void Player::issue_share(Session& session, std::size_t first, std::size_t step, SpinWatch& spun,
                         const std::atomic<bool>& halt) {
  const auto& arrivals = schedule_.arrivals;
  for (std::size_t k = first; k < arrivals.size(); k += step) {
    const auto target = session.at(arrivals[k]);
    for (;;) {
      if (halt.load(std::memory_order_relaxed) || stop_asked()) return;
      const auto now = Clock::now();
      if (target - now <= plan_.spin) break;
      std::this_thread::sleep_until(std::min(target - plan_.spin, now + waits::look_every));
    }
    spun.spin_until(target);
    issue(session, session.recorder().begin_at(arrivals[k], k));
  }
}

Ending Player::wait_for_arrival(Session& session, Nanoseconds scheduled) {
  const auto target = session.at(scheduled);
  for (;;) {
    const auto now = Clock::now();
    const auto left = target - now;
    const bool time_to_report =
        left > std::chrono::milliseconds(1) || now - last_progress_ > 10 * waits::report_every;
    if (const auto seen = look_around(session, time_to_report); seen != Ending::complete) return seen;
    if (left <= plan_.spin) break;
    std::this_thread::sleep_until(std::min(target - plan_.spin, now + waits::look_every));
  }
  spun_.spin_until(target);
  return Ending::complete;
}

}  // namespace ridgeline::live
