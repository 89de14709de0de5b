#pragma once
// The simulated system under test: one queue of samples, equal workers that take batches from it.

#include <deque>
#include <vector>

#include "load/recorder.h"
#include "ridgeline/simulation.h"
#include "serve/event.h"
#include "serve/service_time.h"
#include "sim/fifo.h"

namespace ridgeline::serve {

/// Lives on a calendar that its player runs: the player hands it every event but issue_query. Allocates
/// nothing in steady state. Tells the recorder the phases of its queries and, for systems with windows, when
/// its workers compute. The schedule and the description must have passed check() and must outlive this, as
/// must the sinks.
class BatchingSystem final : public SystemUnderTest {
 public:
  BatchingSystem(const Schedule&, const SimulatedSystem&, EventCalendar&, load::Recorder&);

  std::string name() const override { return description_.name; }
  void issue(const Query&, CompletionSink&) override;
  void flush() override;

  void handle(const Event&);

  /// One a worker, or none without a heat model; lives on until now.
  const std::vector<HeatDevice>& cool_down();

  /// That was started so far.
  std::uint32_t largest_batch() const { return largest_batch_; }

 private:
  /// Samples of one query that wait, or that share a batch.
  struct Share {
    std::uint64_t query;
    std::uint32_t samples, first;  ///< of its samples, the first of these
    CompletionSink* sink;
    Nanoseconds issued;
    Nanoseconds could_start{0};  ///< from when on it waited for the batch, not for a worker
  };
  struct Worker {
    std::vector<Share> batch;
    Nanoseconds started{0};
    ServiceDraw service;
  };

  void start_due_batches();
  void start_batch();
  void form_batch(std::vector<Share>& batch, std::uint32_t size);
  TokenLengths lengths_of(const Share&, std::uint32_t sample) const;
  ServiceDraw draw(const std::vector<Share>& batch, std::uint32_t size, HeatDevice*);
  std::uint32_t tokens_of(const Share&) const;
  void report_first_tokens(const Worker&);
  void finish(std::uint32_t worker);
  Phases phases_of(const Share&, const Worker&) const;
  bool plays_lengths() const { return description_.by_length && !schedule_.lengths.empty(); }
  bool generates() const { return !description_.service.first_token.empty(); }

  std::uint32_t& first_tokens_due(std::uint64_t query) { return first_tokens_due_[query - first_due_]; }

  const Schedule& schedule_;
  const SimulatedSystem& description_;
  EventCalendar& calendar_;
  load::Recorder& recorder_;
  ServiceTimes times_;
  sim::Fifo<Share> waiting_;
  std::uint64_t waiting_samples_ = 0;
  std::vector<Worker> workers_;
  std::vector<std::uint32_t> idle_;
  Nanoseconds some_idle_since_{0};  ///< when idle_ was last empty
  std::vector<HeatDevice> devices_;
  /// Samples without one of each query from first_due_ on; generation only.
  std::deque<std::uint32_t> first_tokens_due_;
  std::uint64_t first_due_ = 0;
  Nanoseconds timer_{-1};  ///< the latest batch_timeout scheduled
  std::uint32_t largest_batch_ = 0;
  bool flushed_ = false;
};

}  // namespace ridgeline::serve
