#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>

#include "base/text.h"
#include "base/version.h"
#include "live/driver/player.h"
#include "live/driver/waits.h"
#include "live/host/cpus.h"
#include "live/host/machine.h"
#include "live/host/noise_watch.h"
#include "live/probe/clock.h"
#include "load/steady.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

using namespace live;

/// Above this share of its time spent spinning, a thread of real-time priority would take a core for itself.
constexpr double most_spinning = 0.5;
/// Up to this share it takes more than the shortest spin.
constexpr double cheap_spinning = 0.125;

/// Between two queries of one issuing thread, in the mean. Requires two arrivals.
Seconds time_between(const Schedule& schedule, unsigned issuers) {
  const Seconds length = to_seconds(schedule.arrivals.back() - schedule.arrivals.front());
  return length * issuers / static_cast<double>(schedule.arrivals.size());
}

/// At real-time priority the driver is on time whatever else runs, but goes ahead of the system too: only
/// where it has moments to be late for, and sleeps between them.
bool may_sleep(const Schedule& schedule, unsigned issuers) {
  const Scenario& s = schedule.scenario;
  if (s.kind == ScenarioKind::closed_loop) return s.think_time > 100 * Nanoseconds(waits::shortest_spin);
  if (!is_open_loop(s.kind) || schedule.arrivals.size() < 2) return false;
  return to_seconds(waits::shortest_spin) < most_spinning * time_between(schedule, issuers);
}

Nanoseconds spin(const Schedule& schedule, unsigned issuers, bool real_time) {
  if (!real_time || schedule.arrivals.size() < 2) return waits::shortest_spin;
  const Nanoseconds cheap = to_nanoseconds(cheap_spinning * time_between(schedule, issuers));
  return std::clamp<Nanoseconds>(cheap, waits::shortest_spin, waits::longest_spin);
}

Result<bool> wants_real_time(const Schedule& schedule, const DriveOptions& options) {
  switch (options.priority) {
    case DriverPriority::normal:
      return false;
    case DriverPriority::automatic:
      return available_cpus().size() > 1 && may_sleep(schedule, options.issue_threads);
    case DriverPriority::real_time:
      break;
  }
  if (!PromptThread(PromptThread::Want::real_time).real_time()) {
    return unavailable(
        "priority: this process may not run at real-time priority; it takes CAP_SYS_NICE, or RLIMIT_RTPRIO");
  }
  return true;
}

/// As the probe's, by a short measurement.
Nanoseconds threshold_of_gaps() {
  constexpr int readings = 1000;
  const auto start = std::chrono::steady_clock::now();
  auto last = start;
  for (int i = 0; i < readings; ++i) last = std::chrono::steady_clock::now();
  return to_nanoseconds(gap_threshold(to_seconds(last - start) / readings));
}

Status check(const Schedule& schedule, const DriveOptions& options) {
  RIDGELINE_CHECK(validate(schedule.scenario));
  if (schedule.samples == 0) return bad_input("schedule: a query needs at least one sample");
  const auto& arrivals = schedule.arrivals;
  if (is_open_loop(schedule.scenario.kind) && arrivals.empty()) {
    return bad_input(fmt::format("schedule: {} needs arrivals; make_schedule draws them",
                                 to_string(schedule.scenario.kind)));
  }
  if (!std::is_sorted(arrivals.begin(), arrivals.end())) {
    return bad_input("schedule: arrivals must ascend");
  }
  if (options.give_up <= Nanoseconds(0)) return bad_input("give_up: a time above 0 is needed");
  if (options.warm_up < Nanoseconds(0)) return bad_input("warm_up: a time of 0 or more is needed");
  if (options.issue_threads == 0) return bad_input("issue_threads: at least one thread issues");
  return Status::success();
}

/// False when it did not come to its end.
bool warm_up(Player& player, const DriveOptions& options, Run& run) {
  const Ending ending = player.warm_up();
  run.notes.push_back(fmt::format("warm-up: {} queries in {}, not recorded", player.warm_up_queries(),
                                  show(to_seconds(options.warm_up))));
  if (ending == Ending::complete) return true;
  run.interrupted = true;
  run.notes.push_back(ending == Ending::stopped
                          ? std::string("stopped on request during the warm-up")
                          : "gave up during the warm-up: " + why_given_up(ending, options.give_up));
  return false;
}

NoiseWatchOptions watch_options(const DriveOptions& options) {
  NoiseWatchOptions watching;
  watching.keep_off = options.driver_cpus;
  watching.keep_off.insert(watching.keep_off.end(), options.system_cpus.begin(), options.system_cpus.end());
  return watching;
}

std::shared_ptr<const HostNoise> noise_seen(NoiseWatch& watch, const SpinWatch& spun) {
  auto noise = std::make_shared<HostNoise>(watch.finish());
  if (spun.watched() > Nanoseconds(0)) {
    noise->spun = to_seconds(spun.watched());
    noise->gap_threshold = to_seconds(spun.threshold());
    noise->gap_total = to_seconds(spun.lost());
    noise->gaps = spun.gaps();
    if (spun.gaps() > 0) noise->gap_longest = to_seconds(spun.longest());
  }
  return noise;
}

}  // namespace

Result<Run> drive(const Schedule& schedule, SystemUnderTest& system, const DriveOptions& options) {
  RIDGELINE_CHECK(check(schedule, options));
  if (options.issue_threads > 1 && !system.takes_many_issuers()) {
    return bad_input(fmt::format("issue_threads: {} is asked by one thread only", system.name()));
  }
  RIDGELINE_TRY(real_time, wants_real_time(schedule, options));
  const AffinityGuard affinity;
  for (const int cpu : options.driver_cpus) RIDGELINE_CHECK(pin_this_thread({cpu}));  // all may be used
  if (!options.driver_cpus.empty()) RIDGELINE_CHECK(pin_this_thread({options.driver_cpus.front()}));

  Run run;
  run.scenario = schedule.scenario;
  run.origin = RunOrigin::measured;
  run.system = system.name();
  run.version = version;
  run.machine = one_line(describe_machine());

  IssuePlan plan;
  plan.want = real_time ? PromptThread::Want::real_time : PromptThread::Want::short_slices;
  plan.gap_threshold = threshold_of_gaps();
  plan.spin = spin(schedule, options.issue_threads, real_time);
  Player player(schedule, system, options, plan);
  if (options.warm_up > Nanoseconds(0) && !warm_up(player, options, run)) return run;
  NoiseWatch watch(watch_options(options));
  try {
    player.prepare();
    watch.start();
    auto notes = std::move(run.notes);
    std::shared_ptr<const HostNoise> noise;
    player.play(run, [&] { noise = noise_seen(watch, player.spun()); });
    run.host_noise = std::move(noise);
    run.notes.insert(run.notes.begin(), notes.begin(), notes.end());
  } catch (const std::system_error& failure) {
    return unavailable(fmt::format("driver: {} issuing threads: {}", options.issue_threads, failure.what()));
  }
  for (std::string& note : system.notes()) run.notes.push_back(std::move(note));
  if (player.was_real_time()) run.notes.push_back("the driver issued at real-time priority");
  if (const auto steady = load::judge_steady(run)) run.notes.push_back(load::describe(*steady));
  if (options.progress && !run.interrupted) options.progress(1.0);
  return run;
}

std::string_view to_string(DriverPriority priority) {
  constexpr std::string_view names[] = {"auto", "normal", "realtime"};
  return names[static_cast<std::size_t>(priority)];
}

std::optional<DriverPriority> parse_driver_priority(std::string_view name) {
  for (const auto each : {DriverPriority::automatic, DriverPriority::normal, DriverPriority::real_time}) {
    if (name == to_string(each)) return each;
  }
  return std::nullopt;
}

}  // namespace ridgeline
