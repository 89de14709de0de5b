#include "serve/continuous_engine.h"

#include <algorithm>
#include <cassert>

namespace ridgeline::serve {

ContinuousEngine::ContinuousEngine(const StepTimes& times, const EngineLimits& limits, Role role,
                                   Stepping stepping, RequestPool& requests, RequestCounts& counts,
                                   TimeBins& busy, ContinuousObserver& observer)
    : times_(times),
      limits_(limits),
      role_(role),
      stepping_(stepping),
      requests_(requests),
      counts_(counts),
      busy_(busy),
      observer_(observer),
      block_(limits.block_tokens),
      free_blocks_(limits.kv_blocks),
      due_(limits.block_tokens) {
  last_.fill(no_request);
  finishing_.reserve(2 * limits.max_sequences);
  prefilling_.reserve(limits.max_sequences);
  chunks_.reserve(limits.max_sequences);
}

void ContinuousEngine::disturb(Disturbances disturbances, HeatDevice* device) {
  disturbances_.emplace(std::move(disturbances));
  device_ = device;
  stepping_ = Stepping::single;
}

// ---------------------------------------------------------------------------------------------- the queue

bool ContinuousEngine::enqueue(RequestId id, Nanoseconds at) {
  drop_expired(at);
  Request& request = requests_[id];
  if (limits_.max_waiting > 0 && waiting_ >= limits_.max_waiting && !request.admitted_before) return false;
  const RequestId first = first_waiting();
  const bool next_in_line = first == no_request || request.priority < requests_[first].priority;
  request.enqueued = at;
  request.waiting = true;
  queue_[request.priority].push(id);
  ++waiting_;
  if (idle()) {
    // Others may arrive at the same instant: a plan of no passes lets them in first.
    start_ = end_ = Instant::at(at);
    steps_ = 0;
    chunks_.clear();
  } else if (next_in_line && cuttable_ && admitted_ < limits_.max_sequences) {
    cut(at);
  }
  return true;
}

RequestId ContinuousEngine::first_waiting() const {
  for (std::uint8_t c = 0; c < request_classes; ++c) {
    if (!preempted_[c].empty()) return preempted_[c].back();
    if (!queue_[c].empty()) return queue_[c].front();
  }
  return no_request;
}

void ContinuousEngine::pop_waiting(std::uint8_t priority) {
  if (!preempted_[priority].empty())
    preempted_[priority].pop_back();
  else
    queue_[priority].pop();
  --waiting_;
  drop_cancelled();
}

/// Deadlines ascend within a class. Those preempted have been admitted, and stay.
void ContinuousEngine::drop_expired(Nanoseconds now) {
  if (limits_.timeout == Nanoseconds(0)) return;
  for (auto& queue : queue_) {
    while (!queue.empty() && !requests_[queue.front()].admitted_before &&
           requests_[queue.front()].waits_from + limits_.timeout < now) {
      const RequestId id = queue.front(), twin = requests_[id].twin;
      queue.pop();
      --waiting_;
      drop_cancelled();
      if (twin == no_request) {
        ++counts_.timed_out;
        observer_.timed_out(requests_[id], now);
      } else {
        requests_[twin].twin = no_request;
      }
      requests_.release(id);
    }
  }
}

void ContinuousEngine::cancel(RequestId id) {
  Request& request = requests_[id];
  request.cancelled = true;
  if (!request.waiting) {
    if (request.decoding) cancelled_.push_back(id);
    return;
  }
  --waiting_;
  auto& preempted = preempted_[request.priority];
  const auto at = std::find(preempted.begin(), preempted.end(), id);
  if (at == preempted.end()) return drop_cancelled();
  preempted.erase(at);
  requests_.release(id);
}

/// From the heads of the queues.
void ContinuousEngine::drop_cancelled() {
  for (auto& queue : queue_) {
    while (!queue.empty() && requests_[queue.front()].cancelled) {
      requests_.release(queue.front());
      queue.pop();
    }
  }
}

// ---------------------------------------------------------------------------------------------- carrying out

void ContinuousEngine::end_pass(std::vector<RequestId>& done) {
  raced_.clear();
  busy_.add(start_.ns, end_.ns);
  disturbed_ += pass_disturbed_;
  pass_disturbed_ = {};
  last_pass_ = start_;
  if (steps_ > 1 && waiting_ > 0) {
    const Ticks last = times_.decode(decoding_, context_ + decoding_ * (steps_ - 1));
    last_pass_ = end_ + Ticks(-last.count());
  }
  if (steps_ > 0 || !chunks_.empty()) counts_.passes += std::max<std::uint64_t>(steps_, 1);
  if (steps_ > 0) end_decode();
  while (!finishing_.empty() && finishing_.front().step <= step_) {
    const Finish next = finishing_.front();
    std::pop_heap(finishing_.begin(), finishing_.end());
    finishing_.pop_back();
    if (requests_[next.id].epoch != next.epoch) continue;
    leave(next.id);
    finish(next.id, done);
  }
  if (!cancelled_.empty()) drop_cancelled_decoding();
  end_prompts(done);
  if (lists_decoding_) list();
  plan();
}

/// Those that the pass finished are done, and stay so.
void ContinuousEngine::drop_cancelled_decoding() {
  for (const RequestId id : cancelled_) {
    if (!requests_[id].decoding) continue;
    leave(id);
    unlink(id);
    requests_.release(id);
  }
  cancelled_.clear();
}

void ContinuousEngine::list() {
  listed_.clear();
  for (const RequestId last : last_) {
    for (RequestId id = last; id != no_request; id = requests_[id].before) {
      if (requests_[id].decoding) listed_.push_back(id);
    }
  }
}

void ContinuousEngine::end_decode() {
  std::uint64_t blocks = steps_ / block_ * decoding_;
  for (std::uint64_t s = step_ + steps_ / block_ * block_; s < step_ + steps_; ++s)
    blocks += due_[s % block_];
  assert(blocks <= free_blocks_);
  free_blocks_ -= blocks;
  counts_.most_blocks = std::max(counts_.most_blocks, limits_.kv_blocks - free_blocks_);
  context_ += decoding_ * steps_;
  counts_.decode_tokens += decoding_ * steps_;
  step_ += steps_;
}

void ContinuousEngine::end_prompts(std::vector<RequestId>& done) {
  for (const Chunk& chunk : chunks_) {
    Request& request = requests_[chunk.id];
    request.computed += chunk.tokens;
    counts_.prompt_tokens += chunk.tokens;
    if (request.computed == request.prompt && !request.cancelled) end_prompt(chunk, done);
  }
  prefilling_.erase(std::remove_if(prefilling_.begin(), prefilling_.end(),
                                   [this](RequestId id) {
                                     const bool cancelled = requests_[id].cancelled;
                                     if (cancelled) drop(id);
                                     return cancelled || requests_[id].computed == requests_[id].prompt;
                                   }),
                    prefilling_.end());
}

void ContinuousEngine::drop(RequestId id) {
  const Request& request = requests_[id];
  counts_.wasted_tokens += request.computed - cached_prefix(request);
  free_blocks_ += blocks_of(request.prompt);
  unlink(id);
  requests_.release(id);
}

void ContinuousEngine::end_prompt(const Chunk& chunk, std::vector<RequestId>& done) {
  Request& request = requests_[chunk.id];
  ++request.produced;
  if (request.first_token < Nanoseconds(0)) {
    const Ticks given = steps_ > 0 ? times_.beside_decode(chunk.alone) : chunk.alone;
    const Ticks late = std::max(Ticks(0), times_.stretched(chunk.alone) - given);
    request.first_token = (end_ + late).rounded_down();
    request.disturbed_prompt = request.disturbed.total() + disturbed_.total();
    if (request.twin != no_request) raced_.push_back(chunk.id);
  }
  if (role_ == Role::prompts || request.produced == request.output) {
    free_blocks_ += blocks_of(request.prompt);
    finish(chunk.id, done);
  } else {
    join(chunk.id);
  }
}

void ContinuousEngine::join(RequestId id) {
  Request& request = requests_[id];
  request.joined_held = request.prompt;
  request.joined_step = step_;
  request.decoding = true;
  ++decoding_;
  context_ += request.prompt;
  ++due_of(request);
  finishing_.push_back({step_ + request.output - request.produced, joined_++, id, request.epoch});
  std::push_heap(finishing_.begin(), finishing_.end());
}

/// Out of the decoding ones; its blocks are free again.
void ContinuousEngine::leave(RequestId id) {
  Request& request = requests_[id];
  const std::uint64_t tokens = held(request);
  request.produced += static_cast<std::uint32_t>(tokens - request.joined_held);
  request.decoding = false;
  ++request.epoch;
  --decoding_;
  context_ -= tokens;
  --due_of(request);
  free_blocks_ += blocks_of(tokens);
}

void ContinuousEngine::finish(RequestId id, std::vector<RequestId>& done) {
  Request& request = requests_[id];
  unlink(id);
  request.completed = end_.rounded_down();
  if (role_ == Role::whole) request.first_token = std::min(request.first_token, request.completed);
  done.push_back(id);
}

void ContinuousEngine::unlink(RequestId id) {
  Request& request = requests_[id];
  if (request.before != no_request) requests_[request.before].after = request.after;
  if (request.after != no_request)
    requests_[request.after].before = request.before;
  else
    last_[request.priority] = request.before;
  request.before = request.after = no_request;
  request.disturbed += disturbed_;
  --admitted_;
}

}  // namespace ridgeline::serve
