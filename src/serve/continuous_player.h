#pragma once
// Plays a schedule against replicas that batch continuously: arrivals, the front end, the router, the link
// between prompts and decoding.

#include <vector>

#include "base/random.h"
#include "load/think_times.h"
#include "serve/continuous_engine.h"
#include "serve/continuous_record.h"

namespace ridgeline::serve {

/// One use. The schedule and the system must have passed check_continuous() and must outlive this.
class ContinuousPlayer {
 public:
  ContinuousPlayer(const Schedule&, const ContinuousSystem&, Stepping);

  void play();
  /// What was seen, once played.
  void record(Run&);
  const RequestCounts& counts() const { return counts_; }

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
  void start();
  Nanoseconds next_event() const;
  void handle_event();
  void push(Nanoseconds at, RequestId, Step);
  RequestId make_request(Nanoseconds scheduled);
  std::uint8_t class_of(std::size_t number);
  void issue(RequestId, Nanoseconds now);
  std::uint64_t in_system(Nanoseconds now);
  void arrive(RequestId, Nanoseconds now);
  void hedge(RequestId, std::uint32_t epoch, Nanoseconds now);
  void settle_race(RequestId winner);
  /// Where prompts are computed.
  std::vector<ContinuousEngine>& front() { return prefillers_.empty() ? decoders_ : prefillers_; }
  std::size_t fewest_but(std::vector<ContinuousEngine>&, std::size_t but, Nanoseconds now);
  std::size_t route(std::vector<ContinuousEngine>&, Nanoseconds now);
  ContinuousEngine* next_engine();
  void end_pass(ContinuousEngine&);
  void finish(RequestId);
  bool is_prompt_engine(const ContinuousEngine&) const;

  const Schedule& schedule_;
  const ContinuousSystem& system_;
  RequestPool requests_;
  RequestCounts counts_;
  ContinuousRecord record_;
  std::vector<HeatDevice> devices_;  ///< of decoders_, then of prefillers_; or none
  std::vector<ContinuousEngine> decoders_, prefillers_;
  std::vector<Event> events_;  ///< a heap
  std::uint64_t events_pushed_ = 0;
  std::size_t next_arrival_ = 0;  ///< of an open loop
  Nanoseconds last_arrival_{0};   ///< at an engine: the front end keeps the order
  std::uint64_t turn_ = 0;
  bool last_issued_ = false;
  load::ThinkTimes thinking_;
  RandomStream router_, classes_;
  std::vector<RequestId> done_;
};

/// What the simulator refuses, each with one line that says what would be right.
Status check_continuous(const Schedule&, const ContinuousSystem&);

}  // namespace ridgeline::serve
