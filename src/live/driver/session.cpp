#include "live/driver/session.h"

#include <thread>
#include <vector>

namespace ridgeline::live {

Session::Session(const Schedule& schedule) : recorder_(schedule, [this] { return Clock::now() - start_; }) {}

void Session::wait_until_idle(Clock::time_point until) {
  if (outstanding() == 0) return;
  std::unique_lock lock(mutex_);
  driver_sleeps_.store(true, std::memory_order_seq_cst);
  idle_.wait_until(lock, until, [this] { return outstanding() == 0; });
  driver_sleeps_.store(false, std::memory_order_relaxed);
}

void Session::keep_answers(std::size_t at_once) {
  answers_.reserve(at_once);
  taken_.reserve(at_once);
  recorder_.on_query_done([this](std::uint64_t) { keep_answer(); });
}

void Session::keep_answer() {
  {
    const std::lock_guard lock(mutex_);
    answers_.push_back(recorder_.now());
    has_answers_.store(true, std::memory_order_release);
  }
  answered_.notify_one();
}

const std::vector<Nanoseconds>& Session::take_answers() {
  taken_.clear();
  const std::lock_guard lock(mutex_);
  taken_.swap(answers_);
  has_answers_.store(false, std::memory_order_relaxed);
  return taken_;
}

void Session::wait_for_answer(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  answered_.wait_until(lock, until, [this] { return !answers_.empty(); });
}

template <class Report>
void Session::end(std::uint32_t samples, Report report) {
  inside_.fetch_add(1, std::memory_order_relaxed);
  report();
  samples_done_.fetch_add(samples, std::memory_order_seq_cst);
  // Either this sees that the driver sleeps, or the driver sees this completion before it does.
  if (driver_sleeps_.load(std::memory_order_seq_cst) && outstanding() == 0) {
    {
      std::lock_guard lock(mutex_);
    }
    idle_.notify_one();
  }
  inside_.fetch_sub(1, std::memory_order_release);
}

void Session::complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) {
  end(samples, [&] { recorder_.complete(query, samples, tokens); });
}

void Session::fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) {
  end(samples, [&] { recorder_.fail(query, samples, kind); });
}

void Session::wait_until_quiet() const {
  // The completion that the driver has seen counted itself in before it completed.
  while (inside_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
}

void Session::abandon(std::unique_ptr<Session> session) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::unique_ptr<Session>>;  // never destroyed: see the header
  std::lock_guard lock(mutex);
  kept->push_back(std::move(session));
}

}  // namespace ridgeline::live
