#pragma once
// Plays a simulated system in real time.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "endpoint/token_stream.h"

namespace ridgeline::endpoint {

/// One thread sleeps, then spins, to the end of each pass and tells the streams what it made. Any thread may
/// call.
class Pacer {
 public:
  Pacer(std::unique_ptr<serve::OnlineSystem>, double time_scale);
  ~Pacer();

  /// A request that came at this real time, or as soon as the simulation can take it. Errors: those of
  /// OnlineSystem::submit(); unavailable once stopped.
  Result<std::shared_ptr<TokenStream>> submit(TokenLengths, RealTime came);
  /// Nobody waits for it any longer. Each stream that was submitted must come here.
  void leave(const std::shared_ptr<TokenStream>&);
  /// Closes all streams, and refuses more.
  void stop();

  struct View {
    Tally tally;
    RequestCounts counts;
    serve::ContinuousCluster::Load load;
  };
  View view();
  /// Once, after stop(): what completed.
  Run finish();
  std::uint64_t longest() const { return system_->longest(); }
  const ContinuousSystem& system() const { return system_->system(); }

 private:
  void run();

  std::unique_ptr<serve::OnlineSystem> system_;
  ScaledClock clock_;
  std::mutex mutex_;  ///< of all but the clock
  std::condition_variable changed_;
  Tally tally_;
  std::unordered_map<TokenStream*, std::uint32_t> streams_;  ///< and their numbers
  RealTime awaited_ = RealTime::max();
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace ridgeline::endpoint
