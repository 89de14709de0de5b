#include "serve/continuous_player.h"

#include <algorithm>

#include "load/schedule.h"

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds nothing = Nanoseconds::max();

std::size_t expected_requests(const Schedule& schedule) {
  const Scenario& s = schedule.scenario;
  if (s.kind == ScenarioKind::offline) return schedule.samples;
  return is_open_loop(s.kind) ? schedule.arrivals.size() : std::max(s.min_queries, s.max_queries);
}

Nanoseconds transfer_time(const PrefillStage& stage, const Request& request) {
  const Ticks link = stage.transfer_token * static_cast<std::int64_t>(request.input);
  return stage.handover + (Instant{} + link).rounded_down();
}

}  // namespace

ContinuousPlayer::ContinuousPlayer(const Schedule& schedule, const ContinuousSystem& system,
                                   Stepping stepping)
    : schedule_(schedule),
      system_(system),
      busy_(system.windows),
      thinking_(schedule.scenario),
      router_(system.seed, "router") {
  requests_.reserve(expected_requests(schedule));
  using Role = ContinuousEngine::Role;
  for (std::uint32_t i = 0; i < system.replicas; ++i) {
    decoders_.push_back(
        ContinuousEngine(system.times, system.limits, Role::whole, stepping, requests_, counts_, busy_));
  }
  for (std::uint32_t i = 0; system.prefill && i < system.prefill->replicas; ++i) {
    prefillers_.push_back(ContinuousEngine(system.prefill->times, system.prefill->limits, Role::prompts,
                                           stepping, requests_, counts_, busy_));
  }
}

void ContinuousPlayer::play() {
  start();
  for (;;) {
    const Nanoseconds event = next_event();
    ContinuousEngine* engine = next_engine();
    if (event == nothing && engine == nullptr) return;
    if (event != nothing && (engine == nullptr || Instant::at(event) <= engine->next()))
      handle_event();
    else
      end_pass(*engine);
  }
}

/// Offline: all at once; closed loops: every user's first question.
void ContinuousPlayer::start() {
  const Scenario& s = schedule_.scenario;
  if (is_open_loop(s.kind)) return;
  const std::uint64_t first = s.kind == ScenarioKind::offline       ? schedule_.samples
                              : s.kind == ScenarioKind::closed_loop ? s.users
                                                                    : 1;
  for (std::uint64_t i = 0; i < first && !last_issued_; ++i) {
    push(Nanoseconds(0), make_request(Nanoseconds(0)), Step::issue);
    if (s.kind != ScenarioKind::offline)
      last_issued_ = load::is_last_query(s, requests_.size(), Nanoseconds(0));
  }
}

Nanoseconds ContinuousPlayer::next_event() const {
  const Nanoseconds arrival =
      next_arrival_ < schedule_.arrivals.size() && is_open_loop(schedule_.scenario.kind)
          ? schedule_.arrivals[next_arrival_]
          : nothing;
  return events_.empty() ? arrival : std::min(arrival, events_.front().at);
}

void ContinuousPlayer::handle_event() {
  if (!events_.empty() && events_.front().at == next_event()) {
    const Event event = events_.front();
    std::pop_heap(events_.begin(), events_.end());
    events_.pop_back();
    switch (event.step) {
      case Step::issue:
        return issue(event.id, event.at);
      case Step::arrive:
        return arrive(event.id, event.at);
      case Step::deliver:
        decoders_[route(decoders_, event.at)].enqueue(event.id, event.at);
        return;
    }
  }
  const Nanoseconds now = schedule_.arrivals[next_arrival_++];
  issue(make_request(now), now);
}

void ContinuousPlayer::push(Nanoseconds at, RequestId id, Step step) {
  events_.push_back({at, events_pushed_++, id, step});
  std::push_heap(events_.begin(), events_.end());
}

RequestId ContinuousPlayer::make_request(Nanoseconds scheduled) {
  const std::size_t i = requests_.size();
  const auto& lengths = schedule_.lengths;
  const TokenLengths length = lengths.empty() ? system_.lengths : lengths[i % lengths.size()];
  Request request;
  request.input = request.prompt = length.input;
  request.output = length.output;
  request.scheduled = scheduled;
  if (!system_.classes.empty()) request.priority = system_.classes[i % system_.classes.size()];
  requests_.push_back(request);
  return static_cast<RequestId>(i);
}

void ContinuousPlayer::issue(RequestId id, Nanoseconds now) {
  ++counts_.issued;
  ++in_system_;
  const Nanoseconds front =
      system_.per_request + system_.per_user * static_cast<Nanoseconds::rep>(in_system_);
  if (front == Nanoseconds(0)) return arrive(id, now);
  last_arrival_ = std::max(last_arrival_, now + front);
  push(last_arrival_, id, Step::arrive);
}

void ContinuousPlayer::arrive(RequestId id, Nanoseconds now) {
  auto& engines = prefillers_.empty() ? decoders_ : prefillers_;
  if (engines[route(engines, now)].enqueue(id, now)) return;
  ++counts_.refused;
  --in_system_;
}

std::size_t ContinuousPlayer::route(std::vector<ContinuousEngine>& engines, Nanoseconds now) {
  const std::size_t n = engines.size();
  if (n == 1) return 0;
  const auto shorter = [&](std::size_t a, std::size_t b) {
    return engines[b].outstanding(now) < engines[a].outstanding(now) ? b : a;
  };
  switch (system_.router) {
    case Router::round_robin:
      return turn_++ % n;
    case Router::power_of_two: {
      const auto a = router_.below(n), other = router_.below(n - 1);
      return shorter(a, other + (other >= a ? 1 : 0));
    }
    case Router::least_outstanding:
      break;
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < n; ++i) best = shorter(best, i);
  return best;
}

ContinuousEngine* ContinuousPlayer::next_engine() {
  ContinuousEngine* next = nullptr;
  Instant soonest = Instant::never();
  for (auto* engines : {&decoders_, &prefillers_}) {
    for (ContinuousEngine& engine : *engines) {
      if (!(engine.next() < soonest)) continue;
      soonest = engine.next();
      next = &engine;
    }
  }
  return next;
}

bool ContinuousPlayer::is_prompt_engine(const ContinuousEngine& engine) const {
  return !prefillers_.empty() && &engine >= prefillers_.data() &&
         &engine < prefillers_.data() + prefillers_.size();
}

void ContinuousPlayer::end_pass(ContinuousEngine& engine) {
  done_.clear();
  engine.end_pass(done_);
  const bool prompts = is_prompt_engine(engine);
  for (const RequestId id : done_) {
    Request& request = requests_[id];
    if (!prompts || request.output == 1) {
      request.first_token = std::min(request.first_token, request.completed);
      finish(id);
      continue;
    }
    // Its first token counts when the cache has come over, as in the closed form.
    const Nanoseconds there =
        std::max(request.completed, request.first_token) + transfer_time(*system_.prefill, request);
    request.completed = Nanoseconds(-1);
    request.first_token = request.stopped = there;
    request.delivered = true;
    push(there, id, Step::deliver);
  }
}

/// A user of a closed loop thinks, and asks again.
void ContinuousPlayer::finish(RequestId id) {
  ++counts_.completed;
  --in_system_;
  const Scenario& s = schedule_.scenario;
  if (is_open_loop(s.kind) || s.kind == ScenarioKind::offline || last_issued_) return;
  const Nanoseconds next = requests_[id].completed + thinking_.next();
  push(next, make_request(next), Step::issue);
  last_issued_ = load::is_last_query(s, requests_.size(), next);
}

}  // namespace ridgeline::serve
