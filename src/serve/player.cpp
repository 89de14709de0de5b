#include "serve/player.h"

#include "load/schedule.h"

namespace ridgeline::serve {
namespace {

Event issue_event(std::uint64_t query) { return {EventKind::issue_query, static_cast<std::uint32_t>(query)}; }

}  // namespace

Player::Player(const Schedule& schedule, const SimulatedSystem& system)
    : schedule_(schedule),
      system_(system, calendar_),
      recorder_(schedule, [this] { return calendar_.now(); }) {}

void Player::play(Run& run) {
  const ScenarioKind kind = schedule_.scenario.kind;
  const bool closed_loop = kind == ScenarioKind::single_stream || kind == ScenarioKind::multi_stream;
  if (closed_loop) {
    // As an event: the system must have finished its own before it hears of the next query.
    recorder_.on_query_done([this](std::uint64_t query) {
      if (!last_issued_) calendar_.schedule_after(Nanoseconds(0), issue_event(query + 1));
    });
  }
  calendar_.schedule(kind == ScenarioKind::server ? schedule_.arrivals[0] : Nanoseconds(0), issue_event(0));
  calendar_.run([this](const Event& event) {
    if (event.kind == EventKind::issue_query) {
      issue(event.index);
    } else {
      system_.handle(event);
    }
  });
  recorder_.finish(run);
}

void Player::issue(std::uint32_t index) {
  const bool open_loop = schedule_.scenario.kind == ScenarioKind::server;
  const Query query = open_loop ? recorder_.begin_at(schedule_.arrivals[index]) : recorder_.begin();
  last_issued_ = is_last(index);
  if (open_loop && !last_issued_) calendar_.schedule(schedule_.arrivals[index + 1], issue_event(index + 1));
  system_.issue(query, recorder_);
  if (last_issued_) system_.flush();
}

bool Player::is_last(std::uint32_t index) const {
  switch (schedule_.scenario.kind) {
    case ScenarioKind::offline:
      return true;
    case ScenarioKind::server:
      return index + 1 == schedule_.arrivals.size();
    case ScenarioKind::single_stream:
    case ScenarioKind::multi_stream:
      break;
  }
  return load::is_last_query(schedule_.scenario, recorder_.issued(), calendar_.now());
}

}  // namespace ridgeline::serve
