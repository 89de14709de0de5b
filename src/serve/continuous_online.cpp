#include "serve/continuous_online.h"

#include <algorithm>

#include "serve/continuous_player.h"

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds instant{1};

/// What the checks and the record ask of a load: an open loop, whose arrivals are not known.
Schedule unknown_arrivals() {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::server);
  schedule.scenario.target_qps = 1;
  schedule.scenario.min_duration = Nanoseconds(0);
  schedule.scenario.keep_queries = 100'000;  // a server may run for weeks
  schedule.arrivals = {Nanoseconds(0)};
  return schedule;
}

}  // namespace

Result<std::unique_ptr<OnlineSystem>> OnlineSystem::make(ContinuousSystem system) {
  system.windows = 0;
  RIDGELINE_CHECK(check_continuous(unknown_arrivals(), system));
  return std::unique_ptr<OnlineSystem>(new OnlineSystem(std::move(system)));
}

OnlineSystem::OnlineSystem(ContinuousSystem system)
    : system_(std::move(system)),
      schedule_(unknown_arrivals()),
      record_(schedule_, system_, 0),
      cluster_(system_, Stepping::single, record_.busy(), *this),
      patience_(system_.prefill ? system_.prefill->limits.timeout : system_.limits.timeout) {
  cluster_.report_tokens();
}

Result<std::uint32_t> OnlineSystem::submit(TokenLengths lengths, Nanoseconds now, RequestListener& listener) {
  RIDGELINE_CHECK(check_lengths(lengths, system_));
  now = std::max(now, played_ + instant);
  advance(now - instant);
  cluster_.play_before(now);
  const auto number = static_cast<std::uint32_t>(cluster_.made());
  live_[number] = {&listener, lengths.output};
  if (patience_ > Nanoseconds(0)) deadlines_.push({now + patience_ + instant, number});
  record_.issue(now);
  cluster_.issue(cluster_.make_request(lengths, now), now);
  return number;
}

void OnlineSystem::cancel(std::uint32_t request) {
  if (live_.erase(request) > 0) cluster_.cancel(request);
}

Nanoseconds OnlineSystem::next() const {
  Nanoseconds next = cluster_.next();
  if (!held_.empty()) next = std::min(next, held_.top().at);
  if (!deadlines_.empty()) next = std::min(next, deadlines_.front().at);
  return next;
}

void OnlineSystem::advance(Nanoseconds until) {
  for (Nanoseconds at = next(); at <= until; at = next()) step(at);
  played_ = std::max(played_, until);
}

void OnlineSystem::step(Nanoseconds at) {
  cluster_.play_through(at);
  for (; !held_.empty() && held_.top().at <= at; held_.pop()) {
    const auto live = live_.find(held_.top().request);
    if (live == live_.end()) continue;
    live->second.listener->tokens(std::exchange(live->second.held, 0), at);
  }
  for (; !deadlines_.empty() && deadlines_.front().at <= at; deadlines_.pop()) {
    if (live_.contains(deadlines_.front().request)) cluster_.drop_expired(at);
  }
}

void OnlineSystem::tokens(const Request& request, std::uint32_t made, Nanoseconds at) {
  const auto found = live_.find(request.number);
  if (found == live_.end()) return;
  Live& live = found->second;
  if (made <= live.told) return;  // a pass without decoding
  live.told = made;
  if (request.first_token <= at) return live.listener->tokens(made, at);
  if (live.held == 0) held_.push({request.first_token, request.number});
  live.held = made;
}

void OnlineSystem::finished(const Request& request) {
  record_.complete(request);
  const auto live = live_.find(request.number);
  if (live == live_.end()) return;
  live->second.listener->tokens(live->second.output, request.completed);
  end(request.number, Outcome::completed, request.completed);
}

void OnlineSystem::end(std::uint32_t request, Outcome outcome, Nanoseconds at) {
  const auto live = live_.find(request);
  if (live == live_.end()) return;
  RequestListener& listener = *live->second.listener;
  live_.erase(live);
  listener.ended(outcome, at);
}

std::uint64_t OnlineSystem::longest() const {
  std::uint64_t cache = system_.limits.kv_blocks * system_.limits.block_tokens;
  return std::min(cache, system_.times.contexts().back());
}

Run OnlineSystem::finish() {
  Run run = continuous_run(schedule_.scenario, system_, counts());
  record_.fill(run, static_cast<std::uint32_t>(cluster_.engines()), {});
  return run;
}

}  // namespace ridgeline::serve
