#include "serve/player.h"

#include "base/cancel.h"
#include "load/schedule.h"
#include "serve/simulate_windows.h"

namespace ridgeline::serve {
namespace {

Event issue_event(std::uint64_t query) { return {EventKind::issue_query, static_cast<std::uint32_t>(query)}; }

}  // namespace

Player::Player(const Schedule& schedule, const SimulatedSystem& system)
    : schedule_(schedule),
      description_(system),
      thinking_(schedule.scenario),
      recorder_(
          schedule, [this] { return calendar_.now(); }, load::Reporters::one),
      system_(schedule, system, calendar_, recorder_) {}

void Player::play(Run& run) {
  const Scenario& scenario = schedule_.scenario;
  const bool open_loop = is_open_loop(scenario.kind);
  if (!open_loop && scenario.kind != ScenarioKind::offline) {
    // As an event: the system must have finished its own before it hears of the next query.
    recorder_.on_query_done([this](std::uint64_t query) {
      if (!last_issued_) calendar_.schedule_after(thinking_.next(), issue_event(query + 1));
    });
  }
  calendar_.schedule(open_loop ? schedule_.arrivals[0] : Nanoseconds(0), issue_event(0));
  for (std::uint32_t user = 1; user < scenario.users; ++user) {
    calendar_.schedule(Nanoseconds(0), issue_event(user));
  }
  calendar_.run([this](const Event& event) {
    if (event.kind == EventKind::issue_query) {
      issue(event.index);
    } else {
      system_.handle(event);
    }
  });
  recorder_.finish(run);
  if (cancelled()) run.interrupted = true;
  add_windows(run, recorder_.busy(), system_.cool_down(), description_);
}

void Player::issue(std::uint32_t index) {
  if (last_issued_) return;  // users of a closed loop who are still thinking when it ends
  const bool open_loop = is_open_loop(schedule_.scenario.kind);
  const Query query = open_loop ? recorder_.begin_at(schedule_.arrivals[index]) : recorder_.begin();
  last_issued_ = is_last(index) || cancelled();
  if (open_loop && !last_issued_) calendar_.schedule(schedule_.arrivals[index + 1], issue_event(index + 1));
  system_.issue(query, recorder_);
  if (last_issued_) system_.flush();
}

bool Player::is_last(std::uint32_t index) const {
  switch (schedule_.scenario.kind) {
    case ScenarioKind::offline:
      return true;
    case ScenarioKind::server:
    case ScenarioKind::interactive:
    case ScenarioKind::constant_stream:
      return index + 1 == schedule_.arrivals.size();
    case ScenarioKind::single_stream:
    case ScenarioKind::multi_stream:
    case ScenarioKind::closed_loop:
      break;
  }
  return load::is_last_query(schedule_.scenario, recorder_.issued(), calendar_.now());
}

}  // namespace ridgeline::serve
