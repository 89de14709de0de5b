#pragma once
// What is seen of a run with continuous batching, and the Run that it becomes.

#include <span>
#include <vector>

#include "serve/continuous_bins.h"
#include "serve/continuous_request.h"
#include "serve/simulate_windows.h"

namespace ridgeline::serve {

class ContinuousRecord {
 public:
  /// Allocates for `expected` requests. The schedule must outlive this.
  ContinuousRecord(const Schedule&, std::uint32_t windows, std::size_t expected);

  /// Requests are numbered as they are issued, from 0 on.
  void issue(Nanoseconds scheduled);
  std::size_t issued() const { return queries_.size(); }
  void complete(const Request&);
  /// Engines add the time of their passes.
  TimeBins& busy() { return busy_; }

  /// When the last request was issued or completed.
  Nanoseconds end() const;
  /// Hands everything over.
  void fill(Run&, std::uint32_t workers, std::span<const Heated>);

 private:
  void add_windows(Run&, std::uint32_t workers);
  void drop_lost();

  const Schedule& schedule_;
  std::vector<QueryRecord> queries_;  ///< completed < 0: not yet, or lost
  std::vector<Phases> phases_;        ///< but offline
  TimeBins busy_, waiting_;
};

}  // namespace ridgeline::serve
