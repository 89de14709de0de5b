#include "serve/continuous_player.h"

#include <fmt/format.h>

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
      record_(schedule, system, expected_requests(schedule)),
      thinking_(schedule.scenario),
      router_(system.seed, "router"),
      classes_(system.seed, "classes") {
  if (system.hedge_after > Nanoseconds(0)) stepping = Stepping::single;  // what cancel() asks for
  using Role = ContinuousEngine::Role;
  const std::uint32_t prefillers = system.prefill ? system.prefill->replicas : 0;
  if (system.heat) devices_.reserve(system.replicas + prefillers);
  decoders_.reserve(system.replicas);
  prefillers_.reserve(prefillers);
  for (std::uint32_t i = 0; i < system.replicas; ++i) {
    decoders_.emplace_back(system.times, system.limits, Role::whole, stepping, requests_, counts_,
                           record_.busy());
    disturb(decoders_.back(), fmt::format("replica {}", i));
  }
  for (std::uint32_t i = 0; i < prefillers; ++i) {
    prefillers_.emplace_back(system.prefill->times, system.prefill->limits, Role::prompts, stepping,
                             requests_, counts_, record_.busy());
    disturb(prefillers_.back(), fmt::format("prompt replica {}", i));
  }
}

void ContinuousPlayer::disturb(ContinuousEngine& engine, const std::string& name) {
  if (is_quiet(system_.interference) && !system_.heat) return;
  HeatDevice* device = system_.heat ? &devices_.emplace_back(*system_.heat) : nullptr;
  const std::uint64_t seed = RandomStream(system_.seed, "interference of " + name).bits();
  engine.disturb(Disturbances(system_.interference, seed), device);
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
      last_issued_ = load::is_last_query(s, record_.issued(), Nanoseconds(0));
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
      case Step::hedge:
        return hedge(event.id, event.epoch, event.at);
    }
  }
  const Nanoseconds now = schedule_.arrivals[next_arrival_++];
  issue(make_request(now), now);
}

void ContinuousPlayer::push(Nanoseconds at, RequestId id, Step step) {
  events_.push_back({at, events_pushed_++, id, step, requests_[id].epoch});
  std::push_heap(events_.begin(), events_.end());
}

RequestId ContinuousPlayer::make_request(Nanoseconds scheduled) {
  const std::size_t i = record_.issued();
  const auto& lengths = schedule_.lengths;
  const TokenLengths length = lengths.empty() ? system_.lengths : lengths[i % lengths.size()];
  record_.issue(scheduled);
  const RequestId id = requests_.take();
  Request& request = requests_[id];
  request.number = static_cast<std::uint32_t>(i);
  request.input = request.prompt = length.input;
  request.output = length.output;
  request.scheduled = request.waits_from = scheduled;
  request.priority = class_of(i);
  return id;
}

std::uint8_t ContinuousPlayer::class_of(std::size_t number) {
  if (!system_.classes.empty()) return system_.classes[number % system_.classes.size()];
  if (system_.class_shares.empty()) return 0;
  double left = classes_.uniform();
  std::uint8_t drawn = 0;
  while (drawn + 1U < system_.class_shares.size() && left >= system_.class_shares[drawn])
    left -= system_.class_shares[drawn++];
  return drawn;
}

void ContinuousPlayer::issue(RequestId id, Nanoseconds now) {
  ++counts_.issued;
  Nanoseconds delay = system_.per_request;
  if (system_.per_user > Nanoseconds(0))
    delay += system_.per_user * static_cast<Nanoseconds::rep>(in_system(now));
  if (delay == Nanoseconds(0)) return arrive(id, now);
  last_arrival_ = std::max(last_arrival_, now + delay);
  push(last_arrival_, id, Step::arrive);
}

std::uint64_t ContinuousPlayer::in_system(Nanoseconds now) {
  for (ContinuousEngine& engine : front()) engine.drop_expired(now);
  return counts_.issued - counts_.completed - counts_.refused - counts_.timed_out;
}

void ContinuousPlayer::arrive(RequestId id, Nanoseconds now) {
  const std::size_t engine = route(front(), now);
  requests_[id].engine = static_cast<std::uint32_t>(engine);
  if (front()[engine].enqueue(id, now)) {
    if (system_.hedge_after > Nanoseconds(0)) push(now + system_.hedge_after, id, Step::hedge);
    return;
  }
  requests_.release(id);
  ++counts_.refused;
}

/// A copy goes elsewhere, unless the slot has become another's, or the first token is there.
void ContinuousPlayer::hedge(RequestId id, std::uint32_t epoch, Nanoseconds now) {
  if (requests_[id].epoch != epoch || requests_[id].first_token >= Nanoseconds(0)) return;
  const std::size_t other = fewest_but(front(), requests_[id].engine, now);
  const RequestId copy = requests_.take();
  Request &request = requests_[id], &twin = requests_[copy];
  twin.number = request.number;
  twin.input = twin.prompt = request.input;
  twin.output = request.output;
  twin.priority = request.priority;
  twin.scheduled = request.scheduled;
  twin.waits_from = now;
  twin.engine = static_cast<std::uint32_t>(other);
  twin.copy = true;
  if (!front()[other].enqueue(copy, now)) return requests_.release(copy);
  twin.twin = id;
  request.twin = copy;
  ++counts_.hedged;
}

void ContinuousPlayer::settle_race(RequestId winner) {
  const RequestId loser = requests_[winner].twin;
  requests_[winner].twin = requests_[loser].twin = no_request;
  if (requests_[winner].copy) ++counts_.hedges_won;
  front()[requests_[loser].engine].cancel(loser);
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
  return fewest_but(engines, n, now);
}

std::size_t ContinuousPlayer::fewest_but(std::vector<ContinuousEngine>& engines, std::size_t but,
                                         Nanoseconds now) {
  std::size_t best = but == 0 ? 1 : 0;
  for (std::size_t i = best + 1; i < engines.size(); ++i) {
    if (i != but && engines[i].outstanding(now) < engines[best].outstanding(now)) best = i;
  }
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
  for (const RequestId id : engine.raced()) settle_race(id);
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
  const Nanoseconds completed = requests_[id].completed;
  record_.complete(requests_[id]);
  requests_.release(id);
  const Scenario& s = schedule_.scenario;
  if (is_open_loop(s.kind) || s.kind == ScenarioKind::offline || last_issued_) return;
  const Nanoseconds next = completed + thinking_.next();
  push(next, make_request(next), Step::issue);
  last_issued_ = load::is_last_query(s, record_.issued(), next);
}

void ContinuousPlayer::record(Run& run) {
  const Nanoseconds end = record_.end();
  std::vector<Heated> heated;
  for (HeatDevice& device : devices_) {
    device.idle_until(std::max(end, device.now()));
    const bool decodes = heated.size() < decoders_.size();
    heated.push_back({&device, decodes ? system_.devices : system_.prefill->devices});
  }
  record_.fill(run, static_cast<std::uint32_t>(decoders_.size() + prefillers_.size()), heated);
}

}  // namespace ridgeline::serve
