#include "load/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "load/schedule.h"

namespace ridgeline::load {
namespace {

constexpr std::uint64_t block = 1 << 14;
constexpr std::uint64_t most_blocks = 1 << 16;  // a billion queries: months of a closed loop

constexpr std::int64_t not_yet = -1;

std::uint64_t block_size_of(const Schedule& schedule, Reporters reporters) {
  const ScenarioKind kind = schedule.scenario.kind;
  if (kind == ScenarioKind::offline) return 1;
  if (!is_open_loop(kind)) return block;
  const std::uint64_t all = std::max<std::uint64_t>(schedule.arrivals.size(), 1);
  return reporters == Reporters::threads ? all : std::min(all, block);
}

void raise_to(std::atomic<std::int64_t>& latest, std::int64_t time) {
  std::int64_t seen = latest.load(std::memory_order_relaxed);
  while (seen < time && !latest.compare_exchange_weak(seen, time, std::memory_order_relaxed)) {
  }
}

}  // namespace

Recorder::Recorder(const Schedule& schedule, Clock clock, Reporters reporters)
    : kind_(schedule.scenario.kind),
      reporters_(reporters),
      samples_(schedule.samples),
      records_samples_(kind_ == ScenarioKind::offline || kind_ == ScenarioKind::multi_stream),
      block_size_(block_size_of(schedule, reporters)),
      clock_(std::move(clock)),
      blocks_(most_blocks),
      keeper_(schedule.scenario) {
  add_block();
}

void Recorder::Slot::clear() {
  for (auto* time : {&scheduled, &completed}) time->store(0, std::memory_order_relaxed);
  for (auto* time : {&issued, &first_token}) time->store(not_yet, std::memory_order_relaxed);
  for (auto* count : {&samples_claimed, &samples_done, &samples_failed})
    count->store(0, std::memory_order_relaxed);
  tokens.store(0, std::memory_order_relaxed);
}

void Recorder::add_block() {
  assert(capacity_ / block_size_ < blocks_.size());
  auto& added = blocks_[capacity_ / block_size_];
  if (spare_.empty()) {
    added = make_block();
  } else {
    added = std::move(spare_.back());
    spare_.pop_back();
  }
  capacity_ += block_size_;
}

std::unique_ptr<Recorder::Block> Recorder::make_block() const {
  auto added = std::make_unique<Block>();
  added->slots = std::vector<Slot>(block_size_);
  // One reporter completes samples in the order of time, which is that of the keeper.
  if (records_samples_ && reporters_ == Reporters::threads) {
    added->sample_times = std::vector<std::atomic<std::int64_t>>(block_size_ * samples_);
    for (auto& time : added->sample_times) time.store(not_yet, std::memory_order_relaxed);
  }
  return added;
}

/// Hands the oldest blocks to the keeper, as far as all of their queries are done.
void Recorder::retire_blocks() {
  while (kept_ + block_size_ <= issued()) {
    for (const Slot& each : block_of(kept_).slots) {
      if (!is_done(each)) return;
    }
    auto& retired = blocks_[kept_ / block_size_];
    for (const std::uint64_t end = kept_ + block_size_; kept_ < end; ++kept_) keep(kept_);
    for (Slot& each : retired->slots) each.clear();
    spare_.push_back(std::move(retired));
  }
}

Recorder::Block& Recorder::block_of(std::uint64_t query) const { return *blocks_[query / block_size_]; }
Recorder::Slot& Recorder::slot(std::uint64_t query) const {
  return block_of(query).slots[query % block_size_];
}

/// All slots are there from the start, so that a query may be any of them.
bool Recorder::takes_ids() const { return is_open_loop(kind_) && reporters_ == Reporters::threads; }

bool Recorder::is_outstanding(std::uint64_t query) const {
  if (takes_ids()) {
    return query < capacity_ && slot(query).issued.load(std::memory_order_acquire) != not_yet;
  }
  return query < issued() && (reporters_ == Reporters::threads || query >= kept_);
}
bool Recorder::is_done(const Slot& s) const {
  return s.samples_done.load(std::memory_order_acquire) >= samples_;
}

void Recorder::make_room() {
  if (reporters_ == Reporters::one) retire_blocks();
  add_block();
}

void Recorder::prepare() {
  if (takes_ids() || !spare_.empty() || block_size_ == 1) return;
  if (capacity_ - issued_.load(std::memory_order_relaxed) < block_size_ / 2) spare_.push_back(make_block());
}

Query Recorder::take(std::int64_t scheduled, std::int64_t issued) {
  const std::uint64_t id = issued_.load(std::memory_order_relaxed);
  slot(id).scheduled.store(scheduled, std::memory_order_relaxed);
  slot(id).issued.store(issued, std::memory_order_release);
  issued_.store(id + 1, std::memory_order_release);
  Query query;
  query.id = id;
  query.samples = samples_;
  return query;
}

Query Recorder::begin() {
  if (issued_.load(std::memory_order_relaxed) == capacity_) make_room();
  const std::int64_t at = clock_().count();
  return take(at, at);
}

Query Recorder::begin_at(Nanoseconds scheduled) {
  if (issued_.load(std::memory_order_relaxed) == capacity_) make_room();
  return take(scheduled.count(), clock_().count());
}

Query Recorder::begin_at(Nanoseconds scheduled, std::uint64_t id) {
  assert(takes_ids() && id < capacity_);
  Slot& s = slot(id);
  s.scheduled.store(scheduled.count(), std::memory_order_relaxed);
  // Counted before it can be completed: there are never more done than issued.
  issued_.fetch_add(1, std::memory_order_acq_rel);
  s.issued.store(clock_().count(), std::memory_order_release);
  Query query;
  query.id = id;
  query.samples = samples_;
  return query;
}

void Recorder::first_token(std::uint64_t query) {
  if (!is_outstanding(query)) {
    stray_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  std::int64_t unset = not_yet;  // the first report counts
  slot(query).first_token.compare_exchange_strong(unset, clock_().count(), std::memory_order_relaxed);
}

void Recorder::token_gap(Nanoseconds gap) { gaps_.add(gap); }

/// The first of the query's samples that these are; absent, and counted, where it has no such samples left.
std::optional<std::uint64_t> Recorder::claim(std::uint64_t query, std::uint32_t samples) {
  if (is_outstanding(query) && samples > 0) {
    const std::uint64_t first = slot(query).samples_claimed.fetch_add(samples, std::memory_order_relaxed);
    if (first + samples <= samples_) return first;
  }
  stray_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

void Recorder::end_samples(std::uint64_t query, std::uint32_t samples) {
  // Release what was written before to whoever sees the count reach the query's samples.
  if (slot(query).samples_done.fetch_add(samples, std::memory_order_acq_rel) + samples < samples_) return;
  done_.fetch_add(1, std::memory_order_release);
  if (on_done_) on_done_(query);
}

void Recorder::complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) {
  const std::int64_t at = clock_().count();
  const auto first = claim(query, samples);
  if (!first) return;
  Slot& s = slot(query);
  if (records_samples_ && reporters_ == Reporters::one) {
    keeper_.add_samples(Nanoseconds(at), samples);
  } else if (records_samples_) {
    auto& times = block_of(query).sample_times;
    const std::uint64_t base = query % block_size_ * samples_ + *first;
    for (std::uint32_t i = 0; i < samples; ++i) times[base + i].store(at, std::memory_order_relaxed);
  }
  s.tokens.fetch_add(tokens, std::memory_order_relaxed);
  raise_to(s.completed, at);
  end_samples(query, samples);
}

void Recorder::fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) {
  if (!claim(query, samples)) return;
  // Each query counts once, by what failed first.
  const bool first = slot(query).samples_failed.fetch_add(samples, std::memory_order_relaxed) == 0;
  const std::uint64_t counted = kind_ == ScenarioKind::offline ? samples : first ? 1 : 0;
  if (first) failed_.fetch_add(1, std::memory_order_release);
  if (counted > 0) {
    const std::lock_guard lock(failures_mutex_);
    const auto same = [&](const RunFailure& f) { return f.kind == kind; };
    auto found = std::find_if(failures_.begin(), failures_.end(), same);
    if (found == failures_.end()) found = failures_.insert(found, {std::string(kind), 0});
    found->count += counted;
  }
  end_samples(query, samples);
}

void Recorder::explain(std::uint64_t query, const Phases& phases) {
  auto& all = block_of(query).phases;
  if (all.empty()) all.resize(block_size_);
  all[query % block_size_] = phases;
  explained_ = true;
}

void Recorder::keep(std::uint64_t query) {
  const Block& of = block_of(query);
  const Slot& s = slot(query);
  if (s.issued.load(std::memory_order_relaxed) == not_yet) return;  // of a schedule that was cut short
  const bool done = is_done(s);
  if (!of.sample_times.empty()) {
    std::vector<std::int64_t> times;
    const std::uint64_t base = query % block_size_ * samples_;
    for (std::uint32_t i = 0; i < samples_; ++i) {
      const std::int64_t at = of.sample_times[base + i].load(std::memory_order_relaxed);
      if (at != not_yet) times.push_back(at);
    }
    std::sort(times.begin(), times.end());
    for (const std::int64_t at : times) keeper_.add_samples(Nanoseconds(at), 1);
  }
  if (!done) {
    ++lost_;
    return;
  }
  const std::uint64_t failed = s.samples_failed.load(std::memory_order_relaxed);
  if (failed > 0 && (kind_ != ScenarioKind::offline || failed == samples_)) return;
  QueryRecord record;
  record.scheduled = Nanoseconds(s.scheduled.load(std::memory_order_relaxed));
  record.issued = Nanoseconds(s.issued.load(std::memory_order_relaxed));
  record.completed = Nanoseconds(s.completed.load(std::memory_order_relaxed));
  const std::int64_t token = s.first_token.load(std::memory_order_relaxed);
  if (token != not_yet) record.first_token = Nanoseconds(token);
  record.samples = samples_ - static_cast<std::uint32_t>(failed);
  record.tokens = s.tokens.load(std::memory_order_relaxed);
  if (!explained_) return keeper_.add(record);
  Phases phases = of.phases[query % block_size_];
  phases.queueing += record.issued - record.scheduled;
  keeper_.add(record, &phases);
}

void Recorder::finish(Run& run) {
  const std::uint64_t count = issued(), end = takes_ids() ? capacity_ : count;
  for (; kept_ < end; ++kept_) keep(kept_);
  keeper_.finish(run);
  gaps_.finish(run);
  run.failures = std::move(failures_);
  std::stable_sort(run.failures.begin(), run.failures.end(),
                   [](const RunFailure& a, const RunFailure& b) { return a.count > b.count; });
  if (lost_ > 0) {
    run.interrupted = true;
    run.notes.push_back(fmt::format("{} of {} issued queries did not complete", lost_, count));
  }
  if (const std::uint64_t stray = stray_.load(std::memory_order_relaxed); stray > 0) {
    run.notes.push_back(fmt::format(
        "the system reported {} completions of queries that were not outstanding; they were ignored", stray));
  }
}

}  // namespace ridgeline::load
