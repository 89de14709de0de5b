#pragma once
// Plays a schedule against a simulated system: the driver in virtual time.

#include "load/recorder.h"
#include "load/think_times.h"
#include "ridgeline/simulation.h"
#include "serve/batching_system.h"
#include "serve/event.h"

namespace ridgeline::serve {

/// One use. The schedule and the system must have passed check() and must outlive this.
class Player {
 public:
  Player(const Schedule&, const SimulatedSystem&);

  /// Runs until every query has completed and puts what was seen into the run.
  void play(Run&);
  std::uint32_t largest_batch() const { return system_.largest_batch(); }

 private:
  void issue(std::uint32_t index);
  bool is_last(std::uint32_t index) const;

  const Schedule& schedule_;
  const SimulatedSystem& description_;
  EventCalendar calendar_;
  load::ThinkTimes thinking_;
  load::Recorder recorder_;
  BatchingSystem system_;
  bool last_issued_ = false;
};

}  // namespace ridgeline::serve
