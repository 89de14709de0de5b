#include "load/digester.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "load/token_times.h"

namespace ridgeline::load {
namespace {

constexpr std::size_t stretches = 64;  // even: pairs are merged when time outgrows them
constexpr Nanoseconds first_width = std::chrono::milliseconds(1);

void merge(RunStretch& into, const RunStretch& other) {
  into.arrived += other.arrived;
  into.completed += other.completed;
  into.samples += other.samples;
  into.waiting += other.waiting;
  into.busy += other.busy;
  into.latency.merge(other.latency);
  into.first_token.merge(other.first_token);
  into.per_token.merge(other.per_token);
}

void clear(RunStretch& stretch) {
  for (LatencyHistogram* times : {&stretch.latency, &stretch.first_token, &stretch.per_token}) times->clear();
  stretch.arrived = stretch.completed = stretch.samples = 0;
  stretch.waiting = stretch.busy = 0;
}

}  // namespace

Digester::Digester(const Scenario& scenario) : scenario_(scenario) {
  digest_.width = first_width;
  digest_.stretches.resize(stretches);
  digest_.last_issued = Nanoseconds::min();
}

/// Equal stretches whose width doubles: between half of them and all are in use.
void Digester::reach(Nanoseconds time) {
  auto& all = digest_.stretches;
  while (time >= digest_.width * static_cast<std::int64_t>(stretches)) {
    for (std::size_t i = 0; i < stretches / 2; ++i) {
      if (i > 0) std::swap(all[i], all[2 * i]);
      merge(all[i], all[2 * i + 1]);
    }
    for (std::size_t i = stretches / 2; i < stretches; ++i) clear(all[i]);
    digest_.width *= 2;
  }
}

RunStretch& Digester::stretch_at(Nanoseconds time) {
  reach(time);
  return digest_.stretches[static_cast<std::size_t>(time / digest_.width)];
}

void Digester::spread(Nanoseconds from, Nanoseconds to, double RunStretch::* sum) {
  reach(to);
  while (from < to) {
    const Nanoseconds end = std::min(to, digest_.width * (from / digest_.width + 1));
    stretch_at(from).*sum += to_seconds(end - from).value();
    from = end;
  }
}

void Digester::add_time(TimesDigest& all, LatencyHistogram RunStretch::* part, Nanoseconds at,
                        Nanoseconds time, Nanoseconds limit, std::uint32_t times) {
  all.times.record(time, times);
  (stretch_at(at).*part).record(time, times);
  if (limit > Nanoseconds(0) && time > limit) all.over += times;
}

void Digester::add_phases(Nanoseconds latency, const Phases& p) {
  if (digest_.phases.empty()) digest_.phases.resize(buckets_.buckets());
  PhaseSums& sums = digest_.phases[buckets_.bucket(latency)];
  const Nanoseconds parts[] = {p.queueing, p.batching, p.prefill, p.decode, p.interference, p.throttling};
  for (std::size_t i = 0; i < sums.seconds.size(); ++i) sums.seconds[i] += to_seconds(parts[i]).value();
  ++sums.queries;
}

void Digester::add(const QueryRecord& q, const Phases* phases) {
  digest_.samples_per_query = q.samples;
  if (q.issued >= digest_.last_issued) {
    digest_.last_issued = q.issued;
    digest_.last_scheduled = q.scheduled;
    digest_.last_completed = q.completed;
  }
  digest_.end = std::max(digest_.end, q.completed);
  ++digest_.queries;
  ++stretch_at(q.scheduled).arrived;
  RunStretch& stretch = stretch_at(q.completed);
  ++stretch.completed;
  if (scenario_.kind != ScenarioKind::offline) {
    digest_.samples += q.samples;
    stretch.samples += q.samples;
    add_time(digest_.latency, &RunStretch::latency, q.completed, q.latency(), scenario_.latency_limit());
  }
  if (const auto time = time_to_first_token(q))
    add_time(digest_.first_token, &RunStretch::first_token, q.completed, *time, scenario_.ttft_limit);
  if (const auto time = time_per_output_token(q))
    add_time(digest_.per_token, &RunStretch::per_token, q.completed, *time, scenario_.tpot_limit);
  digest_.lateness.record(std::max(q.issued - q.scheduled, Nanoseconds(0)));
  if (phases == nullptr) return;
  add_phases(q.latency(), *phases);
  spread(q.scheduled, q.scheduled + phases->queueing + phases->batching, &RunStretch::waiting);
}

void Digester::add_samples(Nanoseconds at, std::uint32_t count) {
  digest_.samples += count;
  digest_.end = std::max(digest_.end, at);
  stretch_at(at).samples += count;
  add_time(digest_.latency, &RunStretch::latency, at, at, Nanoseconds(0), count);
}

void Digester::add_busy(Nanoseconds from, Nanoseconds to) { spread(from, to, &RunStretch::busy); }

RunDigest Digester::finish() {
  const auto used = static_cast<std::size_t>(digest_.end / digest_.width) + 1;
  digest_.stretches.resize(std::min(used, stretches));
  return std::move(digest_);
}

void Digester::finish(Run& run) {
  run.digest = std::make_shared<const RunDigest>(finish());
  run.notes.push_back(
      fmt::format("more than {} {}: histograms in place of each; percentiles are at most 0.1 % too high, and "
                  "their intervals include that",
                  scenario_.keep_queries, scenario_.kind == ScenarioKind::offline ? "samples" : "queries"));
}

}  // namespace ridgeline::load
