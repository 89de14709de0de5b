#pragma once
// Plays one schedule against one system in wall-clock time.

#include <memory>
#include <string>

#include "live/driver/session.h"
#include "ridgeline/measurement.h"

namespace ridgeline::live {

enum class Ending { complete, stopped, gave_up };

class Player {
 public:
  /// All must outlive it.
  Player(const Schedule&, SystemUnderTest&, const DriveOptions&);

  /// Runs queries one after another for the time, without recording.
  Ending warm_up();
  /// Fills the run's queries, sample completions, interrupted and notes.
  Ending play(Run&);
  std::uint64_t warm_up_queries() const { return warm_up_queries_; }

 private:
  using Clock = Session::Clock;

  Ending closed_loop(Session&, const Scenario&);
  Ending open_loop(Session&);
  Ending one_query(Session&);
  void issue(Session&, const Query&);
  Ending wait_for_arrival(Session&, Nanoseconds scheduled);
  Ending wait_until_idle(Session&);
  /// Looks at the stop flag, at how long the system has been silent, and reports progress.
  Ending look_around(Session&, bool may_report);
  double fraction_done(const Session&) const;
  void close(std::unique_ptr<Session>, Ending, Run*);

  const Schedule& schedule_;
  SystemUnderTest& system_;
  const DriveOptions& options_;
  bool warming_up_ = false;
  std::uint64_t warm_up_queries_ = 0;
  std::uint64_t samples_seen_ = 0;     ///< completed, at the last look
  Clock::time_point last_heard_{};     ///< when samples_seen_ last rose, or the first query was issued
  Clock::time_point last_progress_{};  ///< report
};

}  // namespace ridgeline::live
