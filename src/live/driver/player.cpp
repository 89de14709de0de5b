#include "live/driver/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/text.h"
#include "load/schedule.h"

namespace ridgeline::live {
namespace {

// The driver sleeps to this long before a scheduled time and spins from there: sleeps end tens of
// microseconds late, and a longer spin would take a core from the system.
constexpr auto spin = std::chrono::microseconds(100);
constexpr auto look_every = std::chrono::milliseconds(50);
constexpr auto report_every = std::chrono::milliseconds(100);
// How long a stopped run waits for what is still under way.
constexpr Nanoseconds grace = std::chrono::seconds(2);
constexpr std::uint32_t most_warm_up_samples = 8;

}  // namespace

Player::Player(const Schedule& schedule, SystemUnderTest& system, const DriveOptions& options)
    : schedule_(schedule), system_(system), options_(options) {}

Ending Player::warm_up() {
  Schedule schedule;
  schedule.scenario.kind = ScenarioKind::single_stream;
  schedule.scenario.min_duration = options_.warm_up;
  schedule.samples = std::min(schedule_.samples, most_warm_up_samples);
  warming_up_ = true;
  auto session = std::make_unique<Session>(schedule);
  session->start();
  const Ending ending = closed_loop(*session, schedule.scenario);
  warm_up_queries_ = session->recorder().done();
  warming_up_ = false;
  close(std::move(session), ending, nullptr);
  return ending;
}

Ending Player::play(Run& run) {
  auto session = std::make_unique<Session>(schedule_);
  samples_seen_ = 0;
  session->start();
  last_heard_ = last_progress_ = Clock::now();
  Ending ending = Ending::complete;
  switch (schedule_.scenario.kind) {
    case ScenarioKind::server:
    case ScenarioKind::interactive:
    case ScenarioKind::constant_stream:
      ending = open_loop(*session);
      break;
    case ScenarioKind::offline:
      ending = one_query(*session);
      break;
    default:
      ending = closed_loop(*session, schedule_.scenario);
  }
  close(std::move(session), ending, &run);
  return ending;
}

Ending Player::closed_loop(Session& session, const Scenario& scenario) {
  samples_seen_ = 0;
  last_heard_ = Clock::now();
  for (;;) {
    if (const auto seen = look_around(session, true); seen != Ending::complete) return seen;
    const Nanoseconds now = session.recorder().now();
    issue(session, session.recorder().begin());
    const bool last = load::is_last_query(scenario, session.recorder().issued(), now);
    if (last && !warming_up_) system_.flush();
    if (const auto waited = wait_until_idle(session); waited != Ending::complete || last) return waited;
  }
}

Ending Player::open_loop(Session& session) {
  for (const Nanoseconds scheduled : schedule_.arrivals) {
    if (const auto waited = wait_for_arrival(session, scheduled); waited != Ending::complete) return waited;
    issue(session, session.recorder().begin_at(scheduled));
  }
  system_.flush();
  return wait_until_idle(session);
}

Ending Player::one_query(Session& session) {
  issue(session, session.recorder().begin());
  system_.flush();
  return wait_until_idle(session);
}

void Player::issue(Session& session, const Query& query) {
  // Silence is counted from the issue when nothing was outstanding before.
  if (session.outstanding() == 1) last_heard_ = Clock::now();
  system_.issue(query, session);
}

Ending Player::wait_for_arrival(Session& session, Nanoseconds scheduled) {
  const auto target = session.at(scheduled);
  for (;;) {
    const auto now = Clock::now();
    const auto left = target - now;
    const bool time_to_report =
        left > std::chrono::milliseconds(1) || now - last_progress_ > 10 * report_every;
    if (const auto seen = look_around(session, time_to_report); seen != Ending::complete) return seen;
    if (left <= spin) break;
    std::this_thread::sleep_until(std::min(target - spin, now + look_every));
  }
  while (Clock::now() < target) {
  }
  return Ending::complete;
}

Ending Player::wait_until_idle(Session& session) {
  while (session.outstanding() > 0) {
    session.wait_until_idle(Clock::now() + look_every);
    if (session.outstanding() == 0) break;
    if (const auto seen = look_around(session, true); seen != Ending::complete) return seen;
  }
  return Ending::complete;
}

Ending Player::look_around(Session& session, bool may_report) {
  if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) return Ending::stopped;
  const auto now = Clock::now();
  if (const std::uint64_t samples = session.samples_done(); samples != samples_seen_) {
    samples_seen_ = samples;
    last_heard_ = now;
  }
  if (session.outstanding() > 0 && now - last_heard_ > options_.give_up) return Ending::gave_up;
  if (may_report && !warming_up_ && options_.progress && now - last_progress_ >= report_every) {
    last_progress_ = now;
    options_.progress(fraction_done(session));
  }
  return Ending::complete;
}

double Player::fraction_done(const Session& session) const {
  const auto& scenario = schedule_.scenario;
  const auto share = [](double part, double whole) { return whole > 0 ? std::min(1.0, part / whole) : 1.0; };
  const auto issued = static_cast<double>(session.recorder().issued());
  if (scenario.kind == ScenarioKind::offline) {
    return share(static_cast<double>(session.samples_done()), schedule_.samples);
  }
  if (is_open_loop(scenario.kind)) {
    return share(issued, static_cast<double>(schedule_.arrivals.size()));
  }
  const double time = share(static_cast<double>(session.recorder().now().count()),
                            static_cast<double>(scenario.min_duration.count()));
  const double both = std::min(time, share(issued, static_cast<double>(scenario.min_queries)));
  return scenario.max_queries > 0 ? std::max(both, share(issued, static_cast<double>(scenario.max_queries)))
                                  : both;
}

void Player::close(std::unique_ptr<Session> session, Ending ending, Run* run) {
  if (ending != Ending::complete) {
    system_.flush();
    if (ending == Ending::stopped) session->wait_until_idle(Clock::now() + std::min(grace, options_.give_up));
  }
  if (run != nullptr) {
    session->recorder().finish(*run);
    if (ending != Ending::complete) run->interrupted = true;
    if (ending == Ending::gave_up) {
      run->notes.push_back(
          fmt::format("gave up: the system reported nothing for {} with {} queries outstanding",
                      show(to_seconds(options_.give_up)), session->outstanding()));
    }
    if (ending == Ending::stopped) run->notes.push_back("stopped on request before the schedule's end");
  }
  if (session->outstanding() > 0) {
    Session::abandon(std::move(session));
  } else {
    session->wait_until_quiet();
  }
}

}  // namespace ridgeline::live
