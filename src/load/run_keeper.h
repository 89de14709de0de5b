#pragma once
// Where a run's queries go when they have completed: one by one as long as there are few, and from then on
// into a digest.

#include <optional>
#include <vector>

#include "load/digester.h"

namespace ridgeline::load {

/// How long a worker was busy with one batch.
struct Busy {
  Nanoseconds from, to;
};

/// One thread. Memory grows until the scenario's keep_queries is passed, and no further.
class RunKeeper {
 public:
  explicit RunKeeper(const Scenario& scenario) : scenario_(scenario) {}

  /// In the order of issue, as Run::queries has them. Phases go with every query, or with none.
  void add(const QueryRecord&, const Phases* = nullptr);
  /// Samples that completed at once, for scenarios that record them.
  void add_samples(Nanoseconds at, std::uint32_t count);
  void add_busy(Nanoseconds from, Nanoseconds to);

  /// Of a run that is kept one by one, after finish() too; else empty: a digest has them in its stretches.
  const std::vector<Busy>& busy() const { return busy_; }
  /// Moves the queries into the run, and notes when they are a digest.
  void finish(Run&);

 private:
  void digest_beyond_limit();

  Scenario scenario_;
  std::vector<QueryRecord> queries_;
  std::vector<Phases> phases_;
  std::vector<Nanoseconds> samples_;
  std::vector<Busy> busy_;
  std::optional<Digester> digester_;  ///< beyond the limit
};

}  // namespace ridgeline::load
