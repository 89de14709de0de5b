#pragma once
// The tokens of one request on their way from the simulation to the connection that waits for them.

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "endpoint/clock.h"
#include "endpoint/tally.h"
#include "serve/continuous_online.h"

namespace ridgeline::endpoint {

enum class End { completed, refused, timed_out, closed };  ///< closed: by the end of the server

/// Two threads: that which plays the simulation tells, that of the connection waits.
class TokenStream : public serve::RequestListener {
 public:
  /// The clock and the tally, which the playing thread alone writes, must outlive this.
  TokenStream(TokenLengths, Nanoseconds arrival, const ScaledClock&, Tally&);

  struct Progress {
    std::uint32_t made = 0;  ///< tokens
    std::optional<End> end;
  };
  /// Waits for more than `seen` tokens, or the end, for so long at most.
  Progress wait_beyond(std::uint32_t seen, std::chrono::milliseconds at_most);
  /// When the simulation has the token, from 0 on. Requires that it is made.
  RealTime due(std::uint32_t token);
  TokenLengths lengths() const { return lengths_; }
  Nanoseconds arrival() const { return arrival_; }

  void close() { end(End::closed); }
  void tokens(std::uint32_t made, Nanoseconds at) override;
  void ended(serve::Outcome, Nanoseconds at) override;

 private:
  void end(End);

  const TokenLengths lengths_;
  const Nanoseconds arrival_;
  const ScaledClock& clock_;
  Tally& tally_;
  Nanoseconds last_{0};  ///< token; of the playing thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RealTime> due_;
  std::optional<End> end_;
};

}  // namespace ridgeline::endpoint
