// Closed loops: one user who asks again at once, and many who think.

#include <functional>
#include <queue>

#include "live/driver/player.h"
#include "live/driver/waits.h"
#include "load/schedule.h"
#include "load/think_times.h"

namespace ridgeline::live {

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

/// Users are alike: whoever's answer came first starts to think first, and asks when the thinking ends.
Ending Player::many_users(Session& session, const Scenario& scenario) {
  load::ThinkTimes thinking(scenario);
  std::priority_queue<Nanoseconds, std::vector<Nanoseconds>, std::greater<>> due;
  for (std::uint32_t user = 0; user < scenario.users; ++user) due.push(Nanoseconds(0));
  for (;;) {
    if (const auto seen = look_around(session, true); seen != Ending::complete) return seen;
    for (const Nanoseconds answered : session.take_answers()) due.push(answered + thinking.next());
    const auto now = Clock::now();
    const auto target = due.empty() ? now + waits::look_every : session.at(due.top());
    if (due.empty() || target - now > plan_.spin) {
      session.recorder().prepare();
      session.wait_for_answer(std::min(target - plan_.spin, now + waits::look_every));
      continue;
    }
    spun_.spin_until(target, [&session] { return session.has_answers(); });
    if (session.has_answers()) {
      if (Clock::now() < target) continue;  // that user may not think at all
    }
    due.pop();
    const Nanoseconds at = session.recorder().now();
    issue(session, session.recorder().begin());
    if (!load::is_last_query(scenario, session.recorder().issued(), at)) continue;
    system_.flush();
    return wait_until_idle(session);
  }
}

}  // namespace ridgeline::live
