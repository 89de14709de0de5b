#include "endpoint/pacer.h"

#include <sys/prctl.h>

#include <algorithm>
#include <optional>

namespace ridgeline::endpoint {
namespace {

// As the driver of `bench` has it: sleeps end tens of microseconds late.
constexpr auto spin = std::chrono::microseconds(100);

}  // namespace

Pacer::Pacer(std::unique_ptr<serve::OnlineSystem> system, double time_scale)
    : system_(std::move(system)), clock_(time_scale), thread_([this] { run(); }) {}

Pacer::~Pacer() { stop(); }

Result<std::shared_ptr<TokenStream>> Pacer::submit(TokenLengths lengths, RealTime came) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return unavailable("the server is stopping");
  const auto stream = std::make_shared<TokenStream>(lengths, clock_.at(came), clock_, tally_);
  RIDGELINE_TRY(number, system_->submit(lengths, clock_.at(came), *stream));
  streams_[stream.get()] = number;
  const Nanoseconds next = system_->next();
  if (next < Nanoseconds::max() && clock_.real(next) < awaited_) changed_.notify_one();
  return stream;
}

void Pacer::leave(const std::shared_ptr<TokenStream>& stream) {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(stream.get());
  if (found == streams_.end()) return;
  system_->cancel(found->second);
  streams_.erase(found);
}

void Pacer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& [stream, number] : streams_) stream->close();
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

Pacer::View Pacer::view() {
  const std::lock_guard lock(mutex_);
  return {tally_, system_->counts(), system_->load()};
}

Run Pacer::finish() {
  const std::lock_guard lock(mutex_);
  return system_->finish();
}

void Pacer::run() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    system_->advance(clock_.now());
    const Nanoseconds next = system_->next();
    awaited_ = next < Nanoseconds::max() ? clock_.real(next) : RealTime::max();
    if (awaited_ == RealTime::max()) {
      changed_.wait(lock);
    } else if (awaited_ - RealClock::now() > spin) {
      changed_.wait_until(lock, awaited_ - spin);
    } else {
      const RealTime target = awaited_;
      lock.unlock();
      while (RealClock::now() < target) {
      }
      lock.lock();
    }
  }
}

}  // namespace ridgeline::endpoint
