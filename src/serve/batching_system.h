#pragma once
// The simulated system under test: one queue of samples, equal workers that take batches from it.

#include <vector>

#include "ridgeline/simulation.h"
#include "serve/event.h"
#include "serve/service_time.h"
#include "sim/fifo.h"

namespace ridgeline::serve {

/// Lives on a calendar that its player runs: the player hands it every event but issue_query. Allocates
/// nothing in steady state. The description must have passed check() and must outlive this, as must the
/// sinks.
class BatchingSystem final : public SystemUnderTest {
 public:
  BatchingSystem(const SimulatedSystem&, EventCalendar&);

  std::string name() const override { return description_.name; }
  void issue(const Query&, CompletionSink&) override;
  void flush() override;

  void handle(const Event&);

  /// What a window of a run is made of: how long a worker was busy with one batch.
  struct Busy {
    Nanoseconds from, to;
  };
  /// Of each query that completed, by id; queueing counts from when it was issued.
  const std::vector<Phases>& phases() const { return phases_; }
  /// Batches in the order of their starts; kept only for systems with windows.
  const std::vector<Busy>& busy() const { return busy_; }
  /// One a worker, or none without a heat model; lives on until now.
  const std::vector<HeatDevice>& cool_down();

 private:
  /// Samples of one query that wait, or that share a batch.
  struct Share {
    std::uint64_t query;
    std::uint32_t samples;
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
  void report_first_tokens(const Worker&);
  void finish(std::uint32_t worker);
  Phases phases_of(const Share&, const Worker&) const;
  bool generates() const { return !description_.service.first_token.empty(); }

  const SimulatedSystem& description_;
  EventCalendar& calendar_;
  ServiceTimes times_;
  sim::Fifo<Share> waiting_;
  std::uint64_t waiting_samples_ = 0;
  std::vector<Worker> workers_;
  std::vector<std::uint32_t> idle_;
  Nanoseconds some_idle_since_{0};  ///< when idle_ was last empty
  std::vector<HeatDevice> devices_;
  std::vector<Phases> phases_;
  std::vector<Busy> busy_;
  std::vector<std::uint32_t> first_tokens_due_;  ///< samples of each query without one; generation only
  Nanoseconds timer_{-1};                        ///< the latest batch_timeout scheduled
  bool flushed_ = false;
};

}  // namespace ridgeline::serve
