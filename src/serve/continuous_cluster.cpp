#include "serve/continuous_cluster.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds nothing = Nanoseconds::max();

Nanoseconds transfer_time(const PrefillStage& stage, const Request& request) {
  const Ticks link = stage.transfer_token * static_cast<std::int64_t>(request.input);
  return stage.handover + (Instant{} + link).rounded_down();
}

}  // namespace

ContinuousCluster::ContinuousCluster(const ContinuousSystem& system, Stepping stepping, TimeBins& busy,
                                     ContinuousObserver& observer)
    : system_(system), observer_(observer), router_(system.seed, "router"), classes_(system.seed, "classes") {
  if (system.hedge_after > Nanoseconds(0)) stepping = Stepping::single;  // what cancel() asks for
  using Role = ContinuousEngine::Role;
  const std::uint32_t prefillers = system.prefill ? system.prefill->replicas : 0;
  if (system.heat) devices_.reserve(system.replicas + prefillers);
  decoders_.reserve(system.replicas);
  prefillers_.reserve(prefillers);
  for (std::uint32_t i = 0; i < system.replicas; ++i) {
    decoders_.emplace_back(system.times, system.limits, Role::whole, stepping, requests_, counts_, busy,
                           observer_);
    disturb(decoders_.back(), fmt::format("replica {}", i));
  }
  for (std::uint32_t i = 0; i < prefillers; ++i) {
    prefillers_.emplace_back(system.prefill->times, system.prefill->limits, Role::prompts, stepping,
                             requests_, counts_, busy, observer_);
    disturb(prefillers_.back(), fmt::format("prompt replica {}", i));
  }
}

void ContinuousCluster::disturb(ContinuousEngine& engine, const std::string& name) {
  if (is_quiet(system_.interference) && !system_.heat) return;
  HeatDevice* device = system_.heat ? &devices_.emplace_back(*system_.heat) : nullptr;
  const std::uint64_t seed = RandomStream(system_.seed, "interference of " + name).bits();
  engine.disturb(Disturbances(system_.interference, seed), device);
}

/// The engine whose plan ends first, or none.
template <class Self>
auto ContinuousCluster::next_engine(Self& self) {
  decltype(self.decoders_.data()) next = nullptr;
  Instant soonest = Instant::never();
  for (auto* engines : {&self.decoders_, &self.prefillers_}) {
    for (auto& engine : *engines) {
      if (!(engine.next() < soonest)) continue;
      soonest = engine.next();
      next = &engine;
    }
  }
  return next;
}

void ContinuousCluster::play(Nanoseconds events_until, Instant passes_before) {
  for (;;) {
    ContinuousEngine* engine = next_engine(*this);
    if (!events_.empty() && (engine == nullptr || Instant::at(events_.front().at) <= engine->next())) {
      if (events_.front().at > events_until) return;
      handle_event();
    } else {
      if (engine == nullptr || !(engine->next() < passes_before)) return;
      end_pass(*engine);
    }
  }
}

Nanoseconds ContinuousCluster::next() const {
  const ContinuousEngine* engine = next_engine(*this);
  const Nanoseconds pass = engine == nullptr ? nothing : engine->next().rounded_down();
  return events_.empty() ? pass : std::min(pass, events_.front().at);
}

void ContinuousCluster::handle_event() {
  const Event event = events_.front();
  std::pop_heap(events_.begin(), events_.end());
  events_.pop_back();
  if (event.step == Step::hedge) return hedge(event.id, event.epoch, event.at);
  if (requests_[event.id].cancelled) return requests_.release(event.id);
  switch (event.step) {
    case Step::issue:
      return issue(event.id, event.at);
    case Step::arrive:
      return arrive(event.id, event.at);
    case Step::deliver:
      return deliver(event.id, event.at);
    case Step::hedge:
      return;
  }
}

void ContinuousCluster::push(Nanoseconds at, RequestId id, Step step) {
  events_.push_back({at, events_pushed_++, id, step, requests_[id].epoch});
  std::push_heap(events_.begin(), events_.end());
}

RequestId ContinuousCluster::make_request(TokenLengths length, Nanoseconds scheduled) {
  const std::uint64_t number = made_++;
  const RequestId id = requests_.take();
  Request& request = requests_[id];
  request.number = static_cast<std::uint32_t>(number);
  request.input = request.prompt = length.input;
  request.output = length.output;
  request.scheduled = request.waits_from = scheduled;
  request.priority = class_of(number);
  return id;
}

std::uint8_t ContinuousCluster::class_of(std::size_t number) {
  if (!system_.classes.empty()) return system_.classes[number % system_.classes.size()];
  if (system_.class_shares.empty()) return 0;
  double left = classes_.uniform();
  std::uint8_t drawn = 0;
  while (drawn + 1U < system_.class_shares.size() && left >= system_.class_shares[drawn])
    left -= system_.class_shares[drawn++];
  return drawn;
}

void ContinuousCluster::issue(RequestId id, Nanoseconds now) {
  ++counts_.issued;
  Nanoseconds delay = system_.per_request;
  if (system_.per_user > Nanoseconds(0))
    delay += system_.per_user * static_cast<Nanoseconds::rep>(in_system(now));
  if (delay == Nanoseconds(0)) return arrive(id, now);
  last_arrival_ = std::max(last_arrival_, now + delay);
  push(last_arrival_, id, Step::arrive);
}

std::uint64_t ContinuousCluster::in_system(Nanoseconds now) {
  drop_expired(now);
  return counts_.issued - counts_.completed - counts_.refused - counts_.timed_out - counts_.cancelled;
}

void ContinuousCluster::drop_expired(Nanoseconds now) {
  for (ContinuousEngine& engine : front()) engine.drop_expired(now);
}

void ContinuousCluster::arrive(RequestId id, Nanoseconds now) {
  const std::size_t engine = route(front(), now);
  requests_[id].engine = static_cast<std::uint32_t>(engine);
  requests_[id].place = Place::front;
  if (front()[engine].enqueue(id, now)) {
    if (system_.hedge_after > Nanoseconds(0)) push(now + system_.hedge_after, id, Step::hedge);
    return;
  }
  ++counts_.refused;
  observer_.refused(requests_[id], now);
  requests_.release(id);
}

void ContinuousCluster::deliver(RequestId id, Nanoseconds now) {
  if (reports_tokens_) observer_.tokens(requests_[id], 1, now);
  const std::size_t engine = route(decoders_, now);
  requests_[id].engine = static_cast<std::uint32_t>(engine);
  requests_[id].place = Place::decoders;
  decoders_[engine].enqueue(id, now);
}

/// A copy goes elsewhere, unless the slot has become another's, or the first token is there.
void ContinuousCluster::hedge(RequestId id, std::uint32_t epoch, Nanoseconds now) {
  const Request& original = requests_[id];
  if (original.epoch != epoch || original.cancelled || original.first_token >= Nanoseconds(0)) return;
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
  twin.place = Place::front;
  twin.copy = true;
  if (!front()[other].enqueue(copy, now)) return requests_.release(copy);
  twin.twin = id;
  request.twin = copy;
  ++counts_.hedged;
}

void ContinuousCluster::settle_race(RequestId winner) {
  const RequestId loser = requests_[winner].twin;
  requests_[winner].twin = requests_[loser].twin = no_request;
  if (requests_[winner].copy) ++counts_.hedges_won;
  front()[requests_[loser].engine].cancel(loser);
}

std::size_t ContinuousCluster::route(std::vector<ContinuousEngine>& engines, Nanoseconds now) {
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

std::size_t ContinuousCluster::fewest_but(std::vector<ContinuousEngine>& engines, std::size_t but,
                                          Nanoseconds now) {
  std::size_t best = but == 0 ? 1 : 0;
  for (std::size_t i = best + 1; i < engines.size(); ++i) {
    if (i != but && engines[i].outstanding(now) < engines[best].outstanding(now)) best = i;
  }
  return best;
}

bool ContinuousCluster::is_prompt_engine(const ContinuousEngine& engine) const {
  return !prefillers_.empty() && &engine >= prefillers_.data() &&
         &engine < prefillers_.data() + prefillers_.size();
}

void ContinuousCluster::end_pass(ContinuousEngine& engine) {
  done_.clear();
  const Nanoseconds end = engine.next().rounded_down();
  engine.end_pass(done_);
  for (const RequestId id : engine.raced()) settle_race(id);
  for (const RequestId id : engine.decoding()) {
    if (!requests_[id].cancelled) observer_.tokens(requests_[id], engine.tokens_made(requests_[id]), end);
  }
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
    request.place = Place::on_the_way;
    push(there, id, Step::deliver);
  }
}

void ContinuousCluster::finish(RequestId id) {
  // Those that were cancelled in their last pass have been counted.
  if (!requests_[id].cancelled) {
    ++counts_.completed;
    observer_.finished(requests_[id]);
  }
  requests_.release(id);
}

void ContinuousCluster::report_tokens() {
  reports_tokens_ = true;
  for (ContinuousEngine& engine : decoders_) engine.list_decoding();
}

bool ContinuousCluster::cancel(std::uint32_t number) {
  RequestId id = requests_.find(number);
  if (id == no_request) return false;
  for (; id != no_request; id = requests_.find(number)) cancel_copy(id);
  ++counts_.cancelled;
  return true;
}

void ContinuousCluster::cancel_copy(RequestId id) {
  Request& request = requests_[id];
  if (request.twin != no_request) requests_[request.twin].twin = no_request;
  request.twin = no_request;
  request.cancelled = true;  // on the way: it goes no further
  if (request.place == Place::front) front()[request.engine].cancel(id);
  if (request.place == Place::decoders) decoders_[request.engine].cancel(id);
}

ContinuousCluster::Load ContinuousCluster::load() const {
  Load load;
  for (const auto* engines : {&decoders_, &prefillers_}) {
    for (const ContinuousEngine& engine : *engines) {
      load.running += engine.admitted();
      load.waiting += engine.waiting();
    }
  }
  for (const ContinuousEngine& engine : decoders_) {
    load.cache_blocks += system_.limits.kv_blocks;
    load.blocks_used += engine.blocks_used();
  }
  return load;
}

std::vector<Heated> ContinuousCluster::heated(Nanoseconds end) {
  std::vector<Heated> heated;
  for (HeatDevice& device : devices_) {
    device.idle_until(std::max(end, device.now()));
    const bool decodes = heated.size() < decoders_.size();
    heated.push_back({&device, decodes ? system_.devices : system_.prefill->devices});
  }
  return heated;
}

}  // namespace ridgeline::serve
