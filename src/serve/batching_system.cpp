#include "serve/batching_system.h"

#include <algorithm>

namespace ridgeline::serve {

BatchingSystem::BatchingSystem(const Schedule& schedule, const SimulatedSystem& description,
                               EventCalendar& calendar, load::Recorder& recorder)
    : schedule_(schedule),
      description_(description),
      calendar_(calendar),
      recorder_(recorder),
      times_(description.service, description.interference, description.seed),
      workers_(description.replicas) {
  for (Worker& worker : workers_) worker.batch.reserve(description.batching.max_batch);
  for (std::uint32_t w = description.replicas; w > 0; --w) idle_.push_back(w - 1);
  if (description.heat) devices_.assign(description.replicas, HeatDevice(*description.heat));
}

void BatchingSystem::issue(const Query& query, CompletionSink& sink) {
  if (generates()) {
    if (first_due_ + first_tokens_due_.size() <= query.id)
      first_tokens_due_.resize(query.id + 1 - first_due_);
    first_tokens_due(query.id) = query.samples;
  }
  waiting_.push({query.id, query.samples, 0, &sink, calendar_.now()});
  waiting_samples_ += query.samples;
  start_due_batches();
}

void BatchingSystem::flush() {
  flushed_ = true;
  start_due_batches();
}

void BatchingSystem::handle(const Event& event) {
  switch (event.kind) {
    case EventKind::issue_query:
      return;
    case EventKind::first_token:
      return report_first_tokens(workers_[event.index]);
    case EventKind::batch_done:
      return finish(event.index);
    case EventKind::batch_timeout:
      return start_due_batches();
  }
}

/// The batching policy. A batch_timeout that comes when its sample has gone already finds nothing due.
void BatchingSystem::start_due_batches() {
  const BatchingPolicy& policy = description_.batching;
  while (!idle_.empty() && waiting_samples_ > 0) {
    const Nanoseconds due = waiting_.front().issued + policy.batch_timeout;
    if (waiting_samples_ < policy.max_batch && !flushed_ && calendar_.now() < due) {
      if (timer_ != due) calendar_.schedule(due, {EventKind::batch_timeout, 0});
      timer_ = due;
      return;
    }
    start_batch();
  }
}

void BatchingSystem::start_batch() {
  const std::uint32_t worker = idle_.back();
  idle_.pop_back();
  const auto size =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(waiting_samples_, description_.batching.max_batch));
  largest_batch_ = std::max(largest_batch_, size);
  Worker& w = workers_[worker];
  w.started = calendar_.now();
  form_batch(w.batch, size);
  HeatDevice* const device = devices_.empty() ? nullptr : &devices_[worker];
  if (device) device->idle_until(w.started);
  const ServiceDraw service = w.service = draw(w.batch, size, device);
  if (description_.windows > 0) recorder_.add_busy(w.started, w.started + service.total);
  // Scheduled first, so that it also comes first when it coincides with the end.
  if (generates()) calendar_.schedule_after(service.first_token, {EventKind::first_token, worker});
  calendar_.schedule_after(service.total, {EventKind::batch_done, worker});
}

void BatchingSystem::form_batch(std::vector<Share>& batch, std::uint32_t size) {
  batch.clear();
  waiting_samples_ -= size;
  while (size > 0) {
    Share& oldest = waiting_.front();
    Share taken = oldest;
    taken.samples = std::min(size, oldest.samples);
    taken.could_start = std::max(oldest.issued, some_idle_since_);
    batch.push_back(taken);
    size -= taken.samples;
    oldest.samples -= taken.samples;
    oldest.first += taken.samples;
    if (oldest.samples == 0) waiting_.pop();
  }
}

TokenLengths BatchingSystem::lengths_of(const Share& share, std::uint32_t sample) const {
  const bool each_sample = schedule_.scenario.kind == ScenarioKind::offline;
  return schedule_.lengths[(each_sample ? share.first + sample : share.query) % schedule_.lengths.size()];
}

/// Prompts are padded to the longest, and nothing is returned before the longest answer is done.
ServiceDraw BatchingSystem::draw(const std::vector<Share>& batch, std::uint32_t size, HeatDevice* device) {
  if (!plays_lengths()) return times_.draw(size, device);
  TokenLengths longest;
  for (const Share& share : batch) {
    for (std::uint32_t i = 0; i < share.samples; ++i) {
      const TokenLengths lengths = lengths_of(share, i);
      longest.input = std::max(longest.input, lengths.input);
      longest.output = std::max(longest.output, lengths.output);
    }
  }
  return times_.draw(size, times_of(*description_.by_length, size, longest), device);
}

std::uint32_t BatchingSystem::tokens_of(const Share& share) const {
  if (!plays_lengths()) return share.samples * description_.service.tokens_per_sample;
  std::uint32_t tokens = 0;
  for (std::uint32_t i = 0; i < share.samples; ++i) tokens += lengths_of(share, i).output;
  return tokens;
}

void BatchingSystem::report_first_tokens(const Worker& worker) {
  for (const Share& share : worker.batch) {
    std::uint32_t& due = first_tokens_due(share.query);
    due -= share.samples;
    if (due == 0) share.sink->first_token(share.query);
  }
  for (; !first_tokens_due_.empty() && first_tokens_due_.front() == 0; ++first_due_)
    first_tokens_due_.pop_front();
}

Phases BatchingSystem::phases_of(const Share& share, const Worker& worker) const {
  const ServicePart &prefill = worker.service.prefill, &decode = worker.service.decode;
  Phases phases;
  phases.queueing = share.could_start - share.issued;
  phases.batching = worker.started - share.could_start;
  phases.prefill = prefill.table;
  phases.decode = decode.table;
  phases.interference = prefill.interference + decode.interference;
  phases.throttling = prefill.throttling + decode.throttling;
  return phases;
}

const std::vector<HeatDevice>& BatchingSystem::cool_down() {
  for (HeatDevice& device : devices_) device.idle_until(calendar_.now());
  return devices_;
}

/// The worker counts as busy while it reports, since a sink may issue the next query at once. The last batch
/// of a query to finish leaves its phases.
void BatchingSystem::finish(std::uint32_t worker) {
  for (const Share& share : workers_[worker].batch) {
    recorder_.explain(share.query, phases_of(share, workers_[worker]));
    share.sink->complete(share.query, share.samples, tokens_of(share));
  }
  if (idle_.empty()) some_idle_since_ = calendar_.now();
  idle_.push_back(worker);
  start_due_batches();
}

}  // namespace ridgeline::serve
