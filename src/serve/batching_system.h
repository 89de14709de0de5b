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

 private:
  /// Samples of one query that wait, or that share a batch.
  struct Share {
    std::uint64_t query;
    std::uint32_t samples;
    CompletionSink* sink;
    Nanoseconds issued;
  };
  struct Worker {
    std::vector<Share> batch;
  };

  void start_due_batches();
  void start_batch();
  void form_batch(std::vector<Share>& batch, std::uint32_t size);
  void report_first_tokens(const Worker&);
  void finish(std::uint32_t worker);
  bool generates() const { return !description_.service.first_token.empty(); }

  const SimulatedSystem& description_;
  EventCalendar& calendar_;
  ServiceTimes times_;
  sim::Fifo<Share> waiting_;
  std::uint64_t waiting_samples_ = 0;
  std::vector<Worker> workers_;
  std::vector<std::uint32_t> idle_;
  std::vector<std::uint32_t> first_tokens_due_;  ///< samples of each query without one; generation only
  Nanoseconds timer_{-1};                        ///< the latest batch_timeout scheduled
  bool flushed_ = false;
};

}  // namespace ridgeline::serve
