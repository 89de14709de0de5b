#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>

#include "base/text.h"
#include "base/version.h"
#include "live/driver/player.h"
#include "live/host/cpus.h"
#include "live/host/machine.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

using namespace live;

/// Lets the calling thread's sleeps end when asked, not up to 50 us later so that wake-ups can be merged.
class PunctualSleep {
 public:
  PunctualSleep() : before_(prctl(PR_GET_TIMERSLACK)) { prctl(PR_SET_TIMERSLACK, 1UL); }
  ~PunctualSleep() {
    if (before_ > 0) prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(before_));
  }
  PunctualSleep(const PunctualSleep&) = delete;
  PunctualSleep& operator=(const PunctualSleep&) = delete;

 private:
  int before_;
};

Status check(const Schedule& schedule, const DriveOptions& options) {
  RIDGELINE_CHECK(validate(schedule.scenario));
  if (schedule.samples == 0) return bad_input("schedule: a query needs at least one sample");
  const auto& arrivals = schedule.arrivals;
  if (schedule.scenario.kind == ScenarioKind::closed_loop &&
      (schedule.scenario.users > 1 || schedule.scenario.think_time > Nanoseconds(0))) {
    return unavailable("ClosedLoop is measured with one user who does not think; simulate has more");
  }
  if (is_open_loop(schedule.scenario.kind) && arrivals.empty()) {
    return bad_input(fmt::format("schedule: {} needs arrivals; make_schedule draws them",
                                 to_string(schedule.scenario.kind)));
  }
  if (!std::is_sorted(arrivals.begin(), arrivals.end())) {
    return bad_input("schedule: arrivals must ascend");
  }
  if (options.give_up <= Nanoseconds(0)) return bad_input("give_up: a time above 0 is needed");
  if (options.warm_up < Nanoseconds(0)) return bad_input("warm_up: a time of 0 or more is needed");
  return Status::success();
}

}  // namespace

Result<Run> drive(const Schedule& schedule, SystemUnderTest& system, const DriveOptions& options) {
  RIDGELINE_CHECK(check(schedule, options));
  const AffinityGuard affinity;
  const PunctualSleep punctual;
  if (options.driver_cpu >= 0) RIDGELINE_CHECK(pin_this_thread({options.driver_cpu}));

  Run run;
  run.scenario = schedule.scenario;
  run.origin = RunOrigin::measured;
  run.system = system.name();
  run.version = version;
  run.machine = one_line(describe_machine());

  Player player(schedule, system, options);
  if (options.warm_up > Nanoseconds(0)) {
    const Ending ending = player.warm_up();
    run.notes.push_back(fmt::format("warm-up: {} queries in {}, not recorded", player.warm_up_queries(),
                                    show(to_seconds(options.warm_up))));
    if (ending != Ending::complete) {
      run.interrupted = true;
      run.notes.push_back(ending == Ending::stopped
                              ? std::string("stopped on request during the warm-up")
                              : fmt::format("gave up during the warm-up: the system reported nothing for {}",
                                            show(to_seconds(options.give_up))));
      return run;
    }
  }
  auto warm_up_notes = std::move(run.notes);
  player.play(run);
  run.notes.insert(run.notes.begin(), warm_up_notes.begin(), warm_up_notes.end());
  if (options.progress && !run.interrupted) options.progress(1.0);
  return run;
}

}  // namespace ridgeline
