#pragma once
// What is seen of a run with continuous batching, and the Run that it becomes.

#include <optional>
#include <span>
#include <vector>

#include "load/digester.h"
#include "serve/continuous_bins.h"
#include "serve/continuous_request.h"
#include "serve/simulate_windows.h"

namespace ridgeline::serve {

/// Keeps each request as long as there are few, and a digest from the scenario's keep_queries on.
class ContinuousRecord {
 public:
  /// Allocates for `expected` requests, as far as they are kept. The schedule must outlive this.
  ContinuousRecord(const Schedule&, const ContinuousSystem&, std::size_t expected);

  /// Requests are numbered as they are issued, from 0 on.
  void issue(Nanoseconds scheduled);
  std::size_t issued() const { return issued_; }
  void complete(const Request&);
  /// Engines add the time of their passes.
  TimeBins& busy() { return busy_; }

  /// When the last request was issued or completed.
  Nanoseconds end() const { return end_; }
  /// Hands everything over.
  void fill(Run&, std::uint32_t workers, std::span<const Heated>);

 private:
  void digest_beyond_limit();
  void digest(const QueryRecord&, const Phases*);
  void drop_lost();
  void note_classes(Run&) const;
  void add_windows(Run&, std::uint32_t workers, std::span<const Heated>);

  const Schedule& schedule_;
  bool offline_;
  std::size_t issued_ = 0;
  Nanoseconds end_{0};
  std::vector<QueryRecord> queries_;  ///< completed < 0: not yet, or lost
  std::vector<Phases> phases_;        ///< but offline
  std::optional<load::Digester> digester_;
  QueryRecord all_;  ///< offline: the one query that all requests are
  std::uint64_t all_tokens_ = 0;
  TimeBins busy_, waiting_, arrived_;
  struct ClassTimes {
    LatencyHistogram first_token, latency;
  };
  std::vector<ClassTimes> classes_;  ///< empty where all requests are alike
};

}  // namespace ridgeline::serve
