#pragma once
// Makes the digest of a run from its queries, as they complete.

#include <memory>

#include "ridgeline/digest.h"
#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// Takes about 15 MB, whatever it is given; allocates at construction only. Queries may come in any order.
class Digester {
 public:
  explicit Digester(const Scenario&);

  /// A query that completed. Phases, where known, say how long it waited.
  void add(const QueryRecord&, const Phases* = nullptr);
  /// Offline: samples that completed at once, of a query that was scheduled at 0. Their latencies are those
  /// that count.
  void add_samples(Nanoseconds at, std::uint32_t count);
  /// A worker computed. Requires from <= to.
  void add_busy(Nanoseconds from, Nanoseconds to);

  RunDigest finish();
  /// The same, into the run in place of each query, which is noted.
  void finish(Run&);

 private:
  void reach(Nanoseconds time);
  RunStretch& stretch_at(Nanoseconds time);
  void spread(Nanoseconds from, Nanoseconds to, double RunStretch::* sum);
  void add_time(TimesDigest&, LatencyHistogram RunStretch::*, Nanoseconds at, Nanoseconds time,
                Nanoseconds limit, std::uint32_t times = 1);
  void add_phases(Nanoseconds latency, const Phases&);

  Scenario scenario_;
  RunDigest digest_;
  LatencyHistogram buckets_{2};  ///< of RunDigest::phases
};

}  // namespace ridgeline::load
