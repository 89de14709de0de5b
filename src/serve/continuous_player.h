#pragma once
// Plays a schedule against replicas that batch continuously.

#include "load/think_times.h"
#include "serve/continuous_cluster.h"
#include "serve/continuous_record.h"

namespace ridgeline::serve {

/// One use. The schedule and the system must have passed check_continuous() and must outlive this.
class ContinuousPlayer : ContinuousObserver {
 public:
  ContinuousPlayer(const Schedule&, const ContinuousSystem&, Stepping);

  void play();
  /// What was seen, once played.
  void record(Run&);
  const RequestCounts& counts() const { return cluster_.counts(); }

 private:
  void start();
  RequestId make_request(Nanoseconds scheduled);
  void finished(const Request&) override;

  const Schedule& schedule_;
  const ContinuousSystem& system_;
  ContinuousRecord record_;
  ContinuousCluster cluster_;
  bool last_issued_ = false;
  load::ThinkTimes thinking_;
};

/// What the simulator refuses, each with one line that says what would be right; of a request alone, too.
Status check_continuous(const Schedule&, const ContinuousSystem&);
Status check_lengths(TokenLengths, const ContinuousSystem&);
/// A Run that lacks only its requests.
Run continuous_run(const Scenario&, const ContinuousSystem&, const RequestCounts&);

}  // namespace ridgeline::serve
