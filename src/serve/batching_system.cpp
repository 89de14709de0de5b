#include "serve/batching_system.h"

#include <algorithm>

namespace ridgeline::serve {

BatchingSystem::BatchingSystem(const SimulatedSystem& description, EventCalendar& calendar)
    : description_(description),
      calendar_(calendar),
      times_(description.service, description.interference, description.seed),
      workers_(description.replicas) {
  for (Worker& worker : workers_) worker.batch.reserve(description.batching.max_batch);
  for (std::uint32_t w = description.replicas; w > 0; --w) idle_.push_back(w - 1);
  if (description.heat) devices_.assign(description.replicas, HeatDevice(*description.heat));
}

void BatchingSystem::issue(const Query& query, CompletionSink& sink) {
  if (generates()) {
    if (first_tokens_due_.size() <= query.id) first_tokens_due_.resize(query.id + 1);
    first_tokens_due_[query.id] = query.samples;
  }
  if (phases_.size() <= query.id) phases_.resize(query.id + 1);
  waiting_.push({query.id, query.samples, &sink, calendar_.now()});
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
  Worker& w = workers_[worker];
  w.started = calendar_.now();
  form_batch(w.batch, size);
  HeatDevice* const device = devices_.empty() ? nullptr : &devices_[worker];
  if (device) device->idle_until(w.started);
  const ServiceDraw service = w.service = times_.draw(size, device);
  if (description_.windows > 0) busy_.push_back({w.started, w.started + service.total});
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
    if (oldest.samples == 0) waiting_.pop();
  }
}

void BatchingSystem::report_first_tokens(const Worker& worker) {
  for (const Share& share : worker.batch) {
    std::uint32_t& due = first_tokens_due_[share.query];
    due -= share.samples;
    if (due == 0) share.sink->first_token(share.query);
  }
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
    phases_[share.query] = phases_of(share, workers_[worker]);
    share.sink->complete(share.query, share.samples, share.samples * description_.service.tokens_per_sample);
  }
  if (idle_.empty()) some_idle_since_ = calendar_.now();
  idle_.push_back(worker);
  start_due_batches();
}

}  // namespace ridgeline::serve
