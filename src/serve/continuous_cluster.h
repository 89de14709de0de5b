#pragma once
// Replicas that batch continuously, with what stands before and between them: the front end, the router,
// hedges, the link between prompts and decoding. Where requests come from is not known here: ContinuousPlayer
// plays a schedule, OnlineSystem takes them as they come.

#include <string>
#include <vector>

#include "base/random.h"
#include "serve/continuous_engine.h"
#include "serve/simulate_windows.h"

namespace ridgeline::serve {

/// One use, one thread. The system must have passed check_continuous() and must outlive this, as must what
/// else is passed.
class ContinuousCluster {
 public:
  ContinuousCluster(const ContinuousSystem&, Stepping, TimeBins& busy, ContinuousObserver&);

  /// The next request by number, known from now on and on its way once it is issued.
  RequestId make_request(TokenLengths, Nanoseconds scheduled);
  std::uint64_t made() const { return made_; }
  /// Requires that all before `now` has been played.
  void issue(RequestId, Nanoseconds now);
  void issue_later(RequestId id, Nanoseconds at) { push(at, id, Step::issue); }

  /// Everything that comes before an arrival at this time: events of the same instant too, not the ends of
  /// passes. max(): until nothing is left.
  void play_before(Nanoseconds arrival) { play(arrival, Instant::at(arrival)); }
  /// All that happens by then, passes that end in this nanosecond included. Requires until < max().
  void play_through(Nanoseconds until) { play(until, Instant::at(until + Nanoseconds(1))); }
  /// When something happens next, unless a request comes; max(): never.
  Nanoseconds next() const;

  /// Tell the observer of tokens. Requires single steps.
  void report_tokens();
  /// The request leaves, its hedge too: at once, or at the end of the pass in progress. False: it is not
  /// there. Requires single steps.
  bool cancel(std::uint32_t number);
  /// Requests that have given up by now leave the queues; what is computed is the same without.
  void drop_expired(Nanoseconds now);

  struct Load {
    std::uint32_t running = 0, waiting = 0;           ///< admitted, and in queues
    std::uint64_t cache_blocks = 0, blocks_used = 0;  ///< of replicas that decode
  };
  Load load() const;
  const RequestCounts& counts() const { return counts_; }

  std::size_t engines() const { return decoders_.size() + prefillers_.size(); }
  /// The devices of all engines, which have idled until the end of the run.
  std::vector<Heated> heated(Nanoseconds end);

 private:
  enum class Step : std::uint32_t { issue, arrive, deliver, hedge };
  struct Event {
    Nanoseconds at;
    std::uint64_t sequence;
    RequestId id;
    Step step;
    std::uint32_t epoch;
    bool operator<(const Event& o) const { return at != o.at ? at > o.at : sequence > o.sequence; }
  };

  void disturb(ContinuousEngine&, const std::string& name);
  void play(Nanoseconds events_until, Instant passes_before);
  void push(Nanoseconds at, RequestId, Step);
  void handle_event();
  std::uint8_t class_of(std::size_t number);
  std::uint64_t in_system(Nanoseconds now);
  void arrive(RequestId, Nanoseconds now);
  void deliver(RequestId, Nanoseconds now);
  void hedge(RequestId, std::uint32_t epoch, Nanoseconds now);
  void settle_race(RequestId winner);
  /// Where prompts are computed.
  std::vector<ContinuousEngine>& front() { return prefillers_.empty() ? decoders_ : prefillers_; }
  std::size_t fewest_but(std::vector<ContinuousEngine>&, std::size_t but, Nanoseconds now);
  std::size_t route(std::vector<ContinuousEngine>&, Nanoseconds now);
  template <class Self>
  static auto next_engine(Self&);
  void end_pass(ContinuousEngine&);
  void finish(RequestId);
  void cancel_copy(RequestId);
  bool is_prompt_engine(const ContinuousEngine&) const;

  const ContinuousSystem& system_;
  ContinuousObserver& observer_;
  RequestPool requests_;
  RequestCounts counts_;
  std::vector<HeatDevice> devices_;  ///< of decoders_, then of prefillers_; or none
  std::vector<ContinuousEngine> decoders_, prefillers_;
  std::vector<Event> events_;  ///< a heap
  std::uint64_t events_pushed_ = 0;
  std::uint64_t made_ = 0;
  Nanoseconds last_arrival_{0};  ///< at an engine: the front end keeps the order
  std::uint64_t turn_ = 0;
  bool reports_tokens_ = false;
  RandomStream router_, classes_;
  std::vector<RequestId> done_;
};

}  // namespace ridgeline::serve
