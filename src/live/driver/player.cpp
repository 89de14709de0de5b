#include "live/driver/player.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "live/driver/waits.h"

namespace ridgeline::live {
namespace {

constexpr std::uint32_t most_warm_up_samples = 8;
constexpr std::uint64_t most_failures_in_a_row = 100;

/// One user who does not think: nothing to wait for but the answer.
bool is_alone(const Scenario& s) { return s.users <= 1 && s.think_time == Nanoseconds(0); }

}  // namespace

std::string why_given_up(Ending ending, Nanoseconds give_up) {
  if (ending == Ending::failing)
    return fmt::format("the last {} queries got no answer,", most_failures_in_a_row);
  return fmt::format("the system reported nothing for {}", show(to_seconds(give_up)));
}

Player::Player(const Schedule& schedule, SystemUnderTest& system, const DriveOptions& options,
               const IssuePlan& plan)
    : schedule_(schedule), system_(system), options_(options), plan_(plan), spun_(plan.gap_threshold) {}

Ending Player::warm_up() {
  Schedule schedule;
  schedule.scenario.kind = ScenarioKind::single_stream;
  schedule.scenario.min_duration = options_.warm_up;
  schedule.samples = std::min(schedule_.samples, most_warm_up_samples);
  warming_up_ = true;
  answered_seen_ = failed_then_ = 0;
  auto session = std::make_unique<Session>(schedule);
  session->start();
  const Ending ending = closed_loop(*session, schedule.scenario);
  warm_up_queries_ = session->recorder().done();
  warming_up_ = false;
  close(std::move(session), ending, nullptr);
  return ending;
}

void Player::prepare() {
  prepared_ = std::make_unique<Session>(schedule_);
  const Scenario& scenario = schedule_.scenario;
  if (scenario.kind == ScenarioKind::closed_loop && !is_alone(scenario)) {
    prepared_->keep_answers(scenario.users);
  }
}

Ending Player::play(Run& run, const std::function<void()>& ended) {
  auto session = std::move(prepared_);
  samples_seen_ = answered_seen_ = failed_then_ = 0;
  session->start();
  last_heard_ = last_progress_ = Clock::now();
  const Ending ending = play_scenario(*session);
  ended();
  close(std::move(session), ending, &run);
  return ending;
}

Ending Player::play_scenario(Session& session) {
  const PromptThread prompt(plan_.want);
  was_real_time_ = prompt.real_time();
  const Scenario& scenario = schedule_.scenario;
  switch (scenario.kind) {
    case ScenarioKind::server:
    case ScenarioKind::interactive:
    case ScenarioKind::constant_stream:
      return open_loop(session);
    case ScenarioKind::offline:
      return one_query(session);
    case ScenarioKind::closed_loop:
      if (!is_alone(scenario)) return many_users(session, scenario);
      break;
    case ScenarioKind::single_stream:
    case ScenarioKind::multi_stream:
      break;
  }
  return closed_loop(session, scenario);
}

Ending Player::one_query(Session& session) {
  issue(session, session.recorder().begin());
  system_.flush();
  return wait_until_idle(session);
}

void Player::issue(Session& session, const Query& query) { system_.issue(query, session); }

bool Player::stop_asked() const {
  return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
}

Ending Player::wait_until_idle(Session& session) {
  while (session.outstanding() > 0) {
    session.wait_until_idle(Clock::now() + waits::look_every);
    if (session.outstanding() == 0) break;
    if (const auto seen = look_around(session, true); seen != Ending::complete) return seen;
  }
  return Ending::complete;
}

bool Player::fails_in_a_row(const Session& session) {
  const std::uint64_t failed = session.recorder().failed(), done = session.recorder().done();
  const std::uint64_t answered = done - std::min(failed, done);  // one may have failed and not yet be done
  if (answered != answered_seen_) {
    answered_seen_ = answered;
    failed_then_ = failed;
  }
  return failed - failed_then_ >= most_failures_in_a_row;
}

Ending Player::look_around(Session& session, bool may_report) {
  if (stop_asked()) return Ending::stopped;
  const auto now = Clock::now();
  const bool idle = session.outstanding() == 0;
  // Silence counts from the last look when nothing was outstanding: those who issue look just before.
  if (const std::uint64_t samples = session.samples_done(); idle || samples != samples_seen_) {
    samples_seen_ = samples;
    last_heard_ = now;
  }
  if (!idle && now - last_heard_ > options_.give_up) return Ending::gave_up;
  const ScenarioKind kind = schedule_.scenario.kind;
  if ((warming_up_ || !(is_open_loop(kind) || kind == ScenarioKind::offline)) && fails_in_a_row(session))
    return Ending::failing;
  if (may_report && !warming_up_ && options_.progress && now - last_progress_ >= waits::report_every) {
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
    if (ending == Ending::stopped)
      session->wait_until_idle(Clock::now() + std::min(waits::grace, options_.give_up));
  }
  if (run != nullptr) {
    session->recorder().finish(*run);
    if (ending != Ending::complete) run->interrupted = true;
    if (ending == Ending::gave_up || ending == Ending::failing) {
      run->notes.push_back(fmt::format("gave up: {} with {} queries outstanding",
                                       why_given_up(ending, options_.give_up), session->outstanding()));
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
