#pragma once
// A system that batches continuously, played while requests come: nobody knows the next arrival yet, and
// tokens are told of as they appear. docs/serve-sim.md.

#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

#include "serve/continuous_cluster.h"
#include "serve/continuous_record.h"
#include "sim/fifo.h"

namespace ridgeline::serve {

enum class Outcome { completed, refused, timed_out };

/// One who waits for an answer. Called from within submit() and advance(), times ascend.
class RequestListener {
 public:
  virtual ~RequestListener() = default;
  /// `made` tokens in all are there since `at`.
  virtual void tokens(std::uint32_t made, Nanoseconds at) = 0;
  /// The last call.
  virtual void ended(Outcome, Nanoseconds at) = 0;
};

/// The same passes as simulate_continuous() in single steps: the same arrivals give the same times, to the
/// nanosecond. Virtual time moves only as its user moves it. One thread at a time.
class OnlineSystem : ContinuousObserver {
 public:
  /// Errors: those of simulate_continuous().
  static Result<std::unique_ptr<OnlineSystem>> make(ContinuousSystem);

  /// A request comes, at `now` or at the first instant after what has been played. Returns its number. The
  /// listener must live until ended() or cancel(). Errors: bad_input or infeasible when it can never fit.
  Result<std::uint32_t> submit(TokenLengths, Nanoseconds now, RequestListener&);
  /// The client is gone: the listener hears no more, and the request leaves the queue at once or the batch at
  /// the end of the pass in progress. Nothing happens when it has ended.
  void cancel(std::uint32_t request);

  /// When something happens next unless a request comes; max(): never.
  Nanoseconds next() const;
  /// Plays all that happens by then.
  void advance(Nanoseconds until);

  /// Tokens, prompt and output, that a request may have.
  std::uint64_t longest() const;
  const ContinuousSystem& system() const { return system_; }
  const RequestCounts& counts() const { return cluster_.counts(); }
  ContinuousCluster::Load load() const { return cluster_.load(); }
  /// What was seen so far, of those that completed. The last call.
  Run finish();

 private:
  struct Live {
    RequestListener* listener;
    std::uint32_t output;
    std::uint32_t told = 0;  ///< tokens, those held included
    std::uint32_t held = 0;  ///< tokens made before the first one counts
  };
  struct Held {
    Nanoseconds at;
    std::uint32_t request;
    bool operator<(const Held& o) const { return at > o.at; }
  };

  explicit OnlineSystem(ContinuousSystem);
  void step(Nanoseconds at);
  void end(std::uint32_t request, Outcome, Nanoseconds at);
  void tokens(const Request&, std::uint32_t made, Nanoseconds at) override;
  void finished(const Request&) override;
  void refused(const Request& r, Nanoseconds at) override { end(r.number, Outcome::refused, at); }
  void timed_out(const Request& r, Nanoseconds at) override { end(r.number, Outcome::timed_out, at); }

  ContinuousSystem system_;
  Schedule schedule_;
  ContinuousRecord record_;
  ContinuousCluster cluster_;
  Nanoseconds patience_;
  Nanoseconds played_{-1};
  std::unordered_map<std::uint32_t, Live> live_;
  std::priority_queue<Held> held_;  ///< first tokens that come later than their pass
  sim::Fifo<Held> deadlines_;       ///< of those who give up, whether or not they are still there
};

}  // namespace ridgeline::serve
