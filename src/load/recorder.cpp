#include "load/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "load/schedule.h"

namespace ridgeline::load {
namespace {

constexpr std::uint64_t closed_loop_block = 1 << 14;
constexpr std::uint64_t most_blocks = 1 << 16;  // a billion queries: months of a closed loop

constexpr std::int64_t not_yet = -1;

std::uint64_t block_size_of(const Schedule& schedule) {
  const ScenarioKind kind = schedule.scenario.kind;
  if (is_open_loop(kind)) return std::max<std::uint64_t>(schedule.arrivals.size(), 1);
  return kind == ScenarioKind::offline ? 1 : closed_loop_block;
}

void raise_to(std::atomic<std::int64_t>& latest, std::int64_t time) {
  std::int64_t seen = latest.load(std::memory_order_relaxed);
  while (seen < time && !latest.compare_exchange_weak(seen, time, std::memory_order_relaxed)) {
  }
}

}  // namespace

Recorder::Recorder(const Schedule& schedule, Clock clock)
    : kind_(schedule.scenario.kind),
      samples_(schedule.samples),
      keeps_samples_(kind_ == ScenarioKind::offline || kind_ == ScenarioKind::multi_stream),
      block_size_(block_size_of(schedule)),
      clock_(std::move(clock)),
      blocks_(most_blocks) {
  add_block();
}

void Recorder::add_block() {
  auto block = std::make_unique<Block>();
  block->slots = std::vector<Slot>(block_size_);
  if (keeps_samples_) {
    block->sample_times = std::vector<std::atomic<std::int64_t>>(block_size_ * samples_);
    for (auto& time : block->sample_times) time.store(not_yet, std::memory_order_relaxed);
  }
  assert(capacity_ / block_size_ < blocks_.size());
  blocks_[capacity_ / block_size_] = std::move(block);
  capacity_ += block_size_;
}

Recorder::Block& Recorder::block_of(std::uint64_t query) const { return *blocks_[query / block_size_]; }
Recorder::Slot& Recorder::slot(std::uint64_t query) const {
  return block_of(query).slots[query % block_size_];
}

Query Recorder::take(std::int64_t scheduled, std::int64_t issued) {
  const std::uint64_t id = issued_.load(std::memory_order_relaxed);
  slot(id).scheduled.store(scheduled, std::memory_order_relaxed);
  slot(id).issued.store(issued, std::memory_order_relaxed);
  issued_.store(id + 1, std::memory_order_release);
  Query query;
  query.id = id;
  query.samples = samples_;
  return query;
}

Query Recorder::begin() {
  if (issued_.load(std::memory_order_relaxed) == capacity_) add_block();
  const std::int64_t at = clock_().count();
  return take(at, at);
}

Query Recorder::begin_at(Nanoseconds scheduled) {
  if (issued_.load(std::memory_order_relaxed) == capacity_) add_block();
  return take(scheduled.count(), clock_().count());
}

void Recorder::first_token(std::uint64_t query) {
  if (query >= issued()) {
    stray_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  std::int64_t unset = not_yet;  // the first report counts
  slot(query).first_token.compare_exchange_strong(unset, clock_().count(), std::memory_order_relaxed);
}

void Recorder::complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) {
  const std::int64_t at = clock_().count();
  if (query >= issued() || samples == 0) {
    stray_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  Slot& s = slot(query);
  const std::uint64_t first = s.samples_claimed.fetch_add(samples, std::memory_order_relaxed);
  if (first + samples > samples_) {
    stray_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (keeps_samples_) {
    auto& times = block_of(query).sample_times;
    const std::uint64_t base = query % block_size_ * samples_ + first;
    for (std::uint32_t i = 0; i < samples; ++i) times[base + i].store(at, std::memory_order_relaxed);
  }
  s.tokens.fetch_add(tokens, std::memory_order_relaxed);
  raise_to(s.completed, at);
  // Release what was written above to whoever sees the count reach the query's samples.
  if (s.samples_done.fetch_add(samples, std::memory_order_acq_rel) + samples < samples_) return;
  done_.fetch_add(1, std::memory_order_release);
  if (on_done_) on_done_(query);
}

void Recorder::append(std::uint64_t query, Run& run) const {
  const Slot& s = slot(query);
  const std::uint64_t samples_done = s.samples_done.load(std::memory_order_acquire);
  if (keeps_samples_) {
    const auto& times = block_of(query).sample_times;
    const std::uint64_t base = query % block_size_ * samples_;
    const auto start = static_cast<std::ptrdiff_t>(run.sample_completions.size());
    for (std::uint32_t i = 0; i < samples_; ++i) {
      const std::int64_t at = times[base + i].load(std::memory_order_relaxed);
      if (at != not_yet) run.sample_completions.push_back(Nanoseconds(at));
    }
    std::sort(run.sample_completions.begin() + start, run.sample_completions.end());
  }
  if (samples_done < samples_) return;
  QueryRecord record;
  record.scheduled = Nanoseconds(s.scheduled.load(std::memory_order_relaxed));
  record.issued = Nanoseconds(s.issued.load(std::memory_order_relaxed));
  record.completed = Nanoseconds(s.completed.load(std::memory_order_relaxed));
  const std::int64_t token = s.first_token.load(std::memory_order_relaxed);
  if (token != not_yet) record.first_token = Nanoseconds(token);
  record.samples = samples_;
  record.tokens = s.tokens.load(std::memory_order_relaxed);
  run.queries.push_back(record);
}

void Recorder::finish(Run& run) const {
  const std::uint64_t count = issued();
  run.queries.clear();
  run.sample_completions.clear();
  run.queries.reserve(count);
  if (keeps_samples_) run.sample_completions.reserve(count * samples_);
  for (std::uint64_t query = 0; query < count; ++query) append(query, run);
  if (const std::uint64_t lost = count - run.queries.size(); lost > 0) {
    run.interrupted = true;
    run.notes.push_back(fmt::format("{} of {} issued queries did not complete", lost, count));
  }
  if (const std::uint64_t stray = stray_.load(std::memory_order_relaxed); stray > 0) {
    run.notes.push_back(fmt::format(
        "the system reported {} completions of queries that were not outstanding; they were ignored", stray));
  }
}

}  // namespace ridgeline::load
