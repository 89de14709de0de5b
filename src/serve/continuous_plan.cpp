// What an engine does next: the planning half of ContinuousEngine.

#include <algorithm>

#include "serve/continuous_engine.h"

namespace ridgeline::serve {

void ContinuousEngine::plan() {
  const Instant now = end_;
  start_ = now;
  steps_ = 0;
  chunks_.clear();
  prompt_time_ = prompt_compute_ = swap_time_ = Ticks(0);
  drop_expired(now.rounded_down());
  blocked_by_room_ = make_room();
  plan_prompts();
  start_pass();
}

/// Preempts until every decoding request can grow by a token. True when some had to go.
bool ContinuousEngine::make_room() {
  bool preempted = false;
  while (due_[step_ % block_] > free_blocks_) {
    preempt(last_admitted());
    preempted = true;
  }
  return preempted;
}

RequestId ContinuousEngine::last_admitted() const {
  for (std::size_t c = request_classes; c-- > 0;) {
    if (last_[c] != no_request) return last_[c];
  }
  return no_request;
}

void ContinuousEngine::preempt(RequestId id) {
  Request& request = requests_[id];
  ++counts_.preemptions;
  request.stopped = start_.rounded_down();
  if (request.decoding) {
    leave(id);
    request.swapped = limits_.preemption == Preemption::swap;
    if (request.swapped)
      swap_time_ += limits_.swap_token * static_cast<std::int64_t>(request.input + request.produced - 1);
  } else {
    free_blocks_ += blocks_of(request.prompt);
    prefilling_.erase(std::find(prefilling_.begin(), prefilling_.end(), id));
  }
  request.prompt = request.input + request.produced - (request.swapped ? 1 : 0);
  request.computed = 0;
  unlink(id);
  preempted_[request.priority].push_back(id);
  request.waiting = true;
  ++waiting_;
}

void ContinuousEngine::plan_prompts() {
  for (const RequestId id : prefilling_) {
    std::uint32_t used = decoding_;
    for (const Chunk& chunk : chunks_) used += chunk.tokens;
    if (used >= limits_.token_budget) return;
    const Request& request = requests_[id];
    add_chunk(id, std::min(request.prompt - request.computed, limits_.token_budget - used), false);
  }
  // As vLLM: a pass that had to preempt admits nobody, unless it would be empty.
  if (!blocked_by_room_ || admitted_ == 0) admit_waiting();
}

void ContinuousEngine::admit_waiting() {
  const bool chunked = limits_.chunked_prefill == ChunkedPrefill::on;
  std::uint64_t used = chunked ? decoding_ : 0;
  for (const Chunk& chunk : chunks_) used += chunk.tokens;
  while (waiting_ > 0 && admitted_ < limits_.max_sequences && used < limits_.token_budget) {
    const RequestId id = first_waiting();
    Request& request = requests_[id];
    const std::uint64_t blocks = blocks_of(request.prompt);
    if (blocks + due_[step_ % block_] > free_blocks_) return;
    if (request.swapped || request.delivered) {
      // Its cache is there: it decodes in this pass, which may need a block for it at once.
      const bool grows = request.prompt % block_ == 0;
      if (blocks + due_[step_ % block_] + (grows ? 1 : 0) > free_blocks_) return;
      admit(id, blocks);
      if (request.swapped) swap_time_ += limits_.swap_token * static_cast<std::int64_t>(request.prompt);
      request.swapped = request.delivered = false;
      request.computed = request.prompt;
      join(id);
      used += chunked ? 1 : 0;
      continue;
    }
    const std::uint32_t cached = cached_prefix(request);
    const std::uint32_t rest = request.prompt - cached;
    const std::uint64_t room = limits_.token_budget - used;
    if (!chunked && rest > room && !chunks_.empty()) return;
    admit(id, blocks);
    request.computed = cached;
    prefilling_.push_back(id);
    add_chunk(id, chunked ? static_cast<std::uint32_t>(std::min<std::uint64_t>(rest, room)) : rest, true);
    used += chunks_.back().tokens;
  }
}

void ContinuousEngine::admit(RequestId id, std::uint64_t blocks) {
  Request& request = requests_[id];
  pop_waiting(request.priority);
  request.waiting = false;
  free_blocks_ -= blocks;
  counts_.most_blocks = std::max(counts_.most_blocks, limits_.kv_blocks - free_blocks_);
  ++admitted_;
  request.before = last_[request.priority];
  request.after = no_request;
  if (request.before != no_request) requests_[request.before].after = id;
  last_[request.priority] = id;
  request.disturbed -= disturbed_;  // a balance, settled by unlink()
  const Nanoseconds now = start_.rounded_down();
  if (request.admitted_before) {
    const bool has_token = request.first_token >= Nanoseconds(0);
    const Nanoseconds from = has_token ? std::max(request.stopped, request.first_token) : request.stopped;
    (has_token ? request.preempted : request.preempted_prompt) += std::max(Nanoseconds(0), now - from);
  } else {
    request.admitted_before = true;
    request.admitted = now;
    // Either it came during the pass before, or it waited for more than that.
    if (last_pass_ <= Instant::at(request.enqueued)) request.batching = now - request.enqueued;
  }
}

void ContinuousEngine::add_chunk(RequestId id, std::uint32_t tokens, bool first) {
  const Request& request = requests_[id];
  Ticks alone = times_.prompt(request.computed, request.computed + tokens);
  if (first) alone += times_.per_prompt();
  prompt_time_ += alone;
  if (device_) prompt_compute_ += times_.prompt_compute(request.computed, request.computed + tokens);
  chunks_.push_back({id, tokens, alone});
}

void ContinuousEngine::start_pass() {
  cuttable_ = false;
  const bool stalls = !chunks_.empty() && limits_.chunked_prefill == ChunkedPrefill::off;
  if (chunks_.empty() && decoding_ == 0) {
    end_ = Instant::never();
    return;
  }
  Ticks time = swap_time_;
  if (stalls || decoding_ == 0) {
    time += prompt_time_;
  } else if (!chunks_.empty()) {
    steps_ = 1;
    time += times_.decode(decoding_, context_) + times_.beside_decode(prompt_time_);
  } else {
    steps_ = decode_steps();
    cuttable_ = steps_ > 1;
    time += times_.decode_run(decoding_, context_, steps_);
  }
  end_ = start_ + time;
  if (disturbances_) disturb_pass(time);
}

void ContinuousEngine::disturb_pass(Ticks time) {
  const Nanoseconds from = start_.rounded_down(), table = end_.rounded_down() - from;
  if (device_) device_->idle_until(from);
  const Nanoseconds work = Disturbances::noisy(table, disturbances_->noise_factor());
  const ServicePart pass = disturbances_->run(table, work, device_ ? compute_share(time) : 1, device_);
  pass_disturbed_ = {pass.interference, pass.throttling};
  end_.ns += pass_disturbed_.total().count();
}

/// Of the pass planned. What swaps caches, or prepares a prompt on the processor, does not compute.
double ContinuousEngine::compute_share(Ticks time) const {
  Ticks prompts = prompt_compute_;
  double computing = 0;
  if (steps_ > 0) {
    const auto decode = static_cast<double>(times_.decode(decoding_, context_).count());
    computing = decode * times_.decode_compute_share(decoding_, context_);
    prompts = times_.beside_decode(prompts);
  }
  computing += static_cast<double>(prompts.count());
  return std::clamp(computing / static_cast<double>(time.count()), 0.0, 1.0);
}

/// Passes until something else than decoding may happen.
std::uint64_t ContinuousEngine::decode_steps() const {
  const bool retry = waiting_ > 0 && blocked_by_room_;
  if (stepping_ == Stepping::single || retry || swap_time_ > Ticks(0)) return 1;
  // The first of the heap may be void; then the plan is short, and right all the same.
  const std::uint64_t finish = finishing_.front().step > step_ ? finishing_.front().step - step_ : 1;
  std::uint64_t steps = std::min({finish, steps_until_full(), times_.longest_run(decoding_)});
  if (waiting_ > 0 && limits_.timeout > Nanoseconds(0)) {
    // When the first in line gives up, the next may fit.
    const Nanoseconds gone = requests_[first_waiting()].waits_from + limits_.timeout + Nanoseconds(1);
    const Instant deadline = Instant::at(gone);
    if (start_ < deadline && deadline < start_ + times_.decode_run(decoding_, context_, steps)) {
      steps = times_.steps_for(decoding_, context_, deadline - start_);
    }
  }
  return steps;
}

/// Decode passes that the free blocks allow; at least 1, since make_room() was here.
std::uint64_t ContinuousEngine::steps_until_full() const {
  const std::uint64_t rounds = free_blocks_ / decoding_;
  std::uint64_t left = free_blocks_ - rounds * decoding_, steps = rounds * block_;
  while (due_[(step_ + steps) % block_] <= left) {
    left -= due_[(step_ + steps) % block_];
    ++steps;
  }
  return steps;
}

void ContinuousEngine::cut(Nanoseconds at) {
  const std::uint64_t steps = times_.steps_for(decoding_, context_, Instant::at(at) - start_);
  if (steps >= steps_) return;
  steps_ = steps;
  end_ = start_ + times_.decode_run(decoding_, context_, steps);
}

}  // namespace ridgeline::serve
