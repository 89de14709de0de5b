#include "endpoint/token_stream.h"

namespace ridgeline::endpoint {

TokenStream::TokenStream(TokenLengths lengths, Nanoseconds arrival, const ScaledClock& clock, Tally& tally)
    : lengths_(lengths), arrival_(arrival), clock_(clock), tally_(tally) {
  due_.reserve(lengths.output);
}

TokenStream::Progress TokenStream::wait_beyond(std::uint32_t seen, std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return due_.size() > seen || end_; });
  return {static_cast<std::uint32_t>(due_.size()), end_};
}

RealTime TokenStream::due(std::uint32_t token) {
  const std::lock_guard lock(mutex_);
  return due_[token];
}

void TokenStream::tokens(std::uint32_t made, Nanoseconds at) {
  const bool first = last_ == Nanoseconds(0);
  if (first) tally_.prompt_tokens += lengths_.input;
  (first ? tally_.first_token : tally_.token).record(to_seconds(at - (first ? arrival_ : last_)));
  last_ = at;
  std::size_t more = 0;
  {
    const std::lock_guard lock(mutex_);
    more = made - due_.size();
    due_.resize(made, clock_.real(at));
  }
  tally_.output_tokens += more;
  for (std::size_t i = 1; i < more; ++i) tally_.token.record(Seconds(0));
  changed_.notify_one();
}

void TokenStream::ended(serve::Outcome outcome, Nanoseconds at) {
  if (outcome == serve::Outcome::completed) {
    ++tally_.completed;
    tally_.request.record(to_seconds(at - arrival_));
  }
  end(outcome == serve::Outcome::completed ? End::completed
      : outcome == serve::Outcome::refused ? End::refused
                                           : End::timed_out);
}

/// Whoever waits may destroy this as soon as it has the lock.
void TokenStream::end(End end) {
  const std::lock_guard lock(mutex_);
  if (!end_) end_ = end;
  changed_.notify_one();
}

}  // namespace ridgeline::endpoint
