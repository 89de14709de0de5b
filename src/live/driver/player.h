#pragma once
// Plays one schedule against one system in wall-clock time.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "live/driver/prompt_thread.h"
#include "live/driver/session.h"
#include "live/driver/spin.h"
#include "ridgeline/measurement.h"

namespace ridgeline::live {

enum class Ending {
  complete,
  stopped,
  gave_up,  ///< on a silent system
  failing,  ///< a closed loop, which would ask a dead system again at once, for ever
};

/// Why a run was given up. Requires gave_up or failing.
std::string why_given_up(Ending, Nanoseconds give_up);

/// How the issuing threads are placed.
struct IssuePlan {
  PromptThread::Want want = PromptThread::Want::short_slices;
  Nanoseconds gap_threshold{1000};  ///< of the gaps that a spinning thread counts
  Nanoseconds spin{0};              ///< before each scheduled time
};

class Player {
 public:
  /// All must outlive it.
  Player(const Schedule&, SystemUnderTest&, const DriveOptions&, const IssuePlan&);

  /// Runs queries one after another for the time, without recording.
  Ending warm_up();
  /// Takes and touches the memory that the run records into: before play().
  void prepare();
  /// Fills the run's queries, sample completions, interrupted and notes.
  /// `ended` is called when the last query is, before what was recorded is put in order.
  Ending play(Run&, const std::function<void()>& ended);
  std::uint64_t warm_up_queries() const { return warm_up_queries_; }
  const SpinWatch& spun() const { return spun_; }  ///< by all issuing threads together
  bool was_real_time() const { return was_real_time_; }

 private:
  using Clock = Session::Clock;

  Ending play_scenario(Session&);
  Ending closed_loop(Session&, const Scenario&);
  Ending many_users(Session&, const Scenario&);
  Ending open_loop(Session&);
  Ending one_query(Session&);
  /// Of this thread, which looks around: the arrivals first, first + step ...
  Ending issue_own(Session&, std::size_t step);
  /// Of the others, until there are none left or `halt`.
  void issue_share(Session&, std::size_t first, std::size_t step, SpinWatch&, const std::atomic<bool>& halt);
  void issue(Session&, const Query&);
  Ending wait_for_arrival(Session&, Nanoseconds scheduled);
  Ending wait_until_idle(Session&);
  /// Looks at the stop flag, at how long the system has been silent, and reports progress.
  Ending look_around(Session&, bool may_report);
  bool stop_asked() const;
  bool fails_in_a_row(const Session&);
  double fraction_done(const Session&) const;
  void close(std::unique_ptr<Session>, Ending, Run*);

  const Schedule& schedule_;
  SystemUnderTest& system_;
  const DriveOptions& options_;
  const IssuePlan plan_;
  SpinWatch spun_;
  std::unique_ptr<Session> prepared_;
  bool warming_up_ = false, was_real_time_ = false;
  std::uint64_t warm_up_queries_ = 0;
  std::uint64_t samples_seen_ = 0;  ///< completed, at the last look
  std::uint64_t answered_seen_ = 0,
                failed_then_ = 0;      ///< answers at the last look that saw more, failures then
  Clock::time_point last_heard_{};     ///< when samples_seen_ last rose, or nothing was outstanding
  Clock::time_point last_progress_{};  ///< report
};

}  // namespace ridgeline::live
