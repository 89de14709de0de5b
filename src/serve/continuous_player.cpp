#include "serve/continuous_player.h"

#include <algorithm>

#include "base/cancel.h"
#include "load/schedule.h"

namespace ridgeline::serve {
namespace {

std::size_t expected_requests(const Schedule& schedule) {
  const Scenario& s = schedule.scenario;
  if (s.kind == ScenarioKind::offline) return schedule.samples;
  return is_open_loop(s.kind) ? schedule.arrivals.size() : std::max(s.min_queries, s.max_queries);
}

}  // namespace

ContinuousPlayer::ContinuousPlayer(const Schedule& schedule, const ContinuousSystem& system,
                                   Stepping stepping)
    : schedule_(schedule),
      system_(system),
      record_(schedule, system, expected_requests(schedule)),
      cluster_(system, stepping, record_.busy(), *this),
      thinking_(schedule.scenario) {}

void ContinuousPlayer::play() {
  if (is_open_loop(schedule_.scenario.kind)) {
    for (const Nanoseconds arrival : schedule_.arrivals) {
      cluster_.play_before(arrival);
      cluster_.issue(make_request(arrival), arrival);
      if (cancelled()) break;
    }
  } else {
    start();
  }
  cluster_.play_before(Nanoseconds::max());
}

/// Offline: all at once; closed loops: every user's first question.
void ContinuousPlayer::start() {
  const Scenario& s = schedule_.scenario;
  const std::uint64_t first = s.kind == ScenarioKind::offline       ? schedule_.samples
                              : s.kind == ScenarioKind::closed_loop ? s.users
                                                                    : 1;
  for (std::uint64_t i = 0; i < first && !last_issued_; ++i) {
    cluster_.issue_later(make_request(Nanoseconds(0)), Nanoseconds(0));
    if (s.kind != ScenarioKind::offline)
      last_issued_ = load::is_last_query(s, record_.issued(), Nanoseconds(0));
  }
}

RequestId ContinuousPlayer::make_request(Nanoseconds scheduled) {
  const auto& lengths = schedule_.lengths;
  const TokenLengths length = lengths.empty() ? system_.lengths : lengths[record_.issued() % lengths.size()];
  record_.issue(scheduled);
  return cluster_.make_request(length, scheduled);
}

/// A user of a closed loop thinks, and asks again.
void ContinuousPlayer::finished(const Request& request) {
  const Nanoseconds completed = request.completed;
  record_.complete(request);
  const Scenario& s = schedule_.scenario;
  if (is_open_loop(s.kind) || s.kind == ScenarioKind::offline || last_issued_) return;
  const Nanoseconds next = completed + thinking_.next();
  cluster_.issue_later(make_request(next), next);
  last_issued_ = load::is_last_query(s, record_.issued(), next) || cancelled();
}

void ContinuousPlayer::record(Run& run) {
  const std::vector<Heated> heated = cluster_.heated(record_.end());
  record_.fill(run, static_cast<std::uint32_t>(cluster_.engines()), heated);
}

}  // namespace ridgeline::serve
