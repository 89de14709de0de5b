#include "serve/continuous_record.h"

#include <algorithm>

#include "stats/quantile.h"

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds not_completed{-1};

/// The parts of a request's latency; the sum is exact, since each part is a difference of recorded times.
Phases phases_of(const Request& r) {
  const Nanoseconds prefill = r.first_token - r.admitted - r.preempted_prompt;
  const Nanoseconds decode = r.completed - r.first_token - r.preempted;
  Phases p;
  p.batching = r.batching;
  p.queueing = r.admitted - r.scheduled - r.batching + r.preempted_prompt + r.preempted;
  p.interference = r.disturbed.interference;
  p.throttling = r.disturbed.throttling;
  // A first token that is late, as prompt_stretch has it, is so during the passes after its own, disturbed
  // ones perhaps.
  const Nanoseconds after = r.disturbed.total() - r.disturbed_prompt;
  p.decode = std::max(Nanoseconds(0), decode - after);
  p.prefill = prefill + decode - r.disturbed.total() - p.decode;
  return p;
}

QueryRecord offline_record(const std::vector<QueryRecord>& samples) {
  QueryRecord all;
  all.samples = static_cast<std::uint32_t>(samples.size());
  std::uint64_t tokens = 0;
  Nanoseconds first{0};
  for (const QueryRecord& q : samples) {
    all.completed = std::max(all.completed, q.completed);
    first = std::max(first, *q.first_token);
    tokens += q.tokens;
  }
  all.first_token = first;
  all.tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(tokens, UINT32_MAX));
  return all;
}

}  // namespace

ContinuousRecord::ContinuousRecord(const Schedule& schedule, std::uint32_t windows, std::size_t expected)
    : schedule_(schedule), busy_(windows), waiting_(windows) {
  queries_.reserve(expected);
  if (schedule.scenario.kind != ScenarioKind::offline) phases_.reserve(expected);
}

void ContinuousRecord::issue(Nanoseconds scheduled) {
  QueryRecord query;
  query.scheduled = query.issued = scheduled;
  query.completed = not_completed;
  queries_.push_back(query);
  if (schedule_.scenario.kind != ScenarioKind::offline) phases_.emplace_back();
}

void ContinuousRecord::complete(const Request& r) {
  QueryRecord& query = queries_[r.number];
  query.completed = r.completed;
  query.first_token = r.first_token;
  query.tokens = r.output;
  waiting_.add(r.scheduled.count(), r.admitted.count());
  if (!phases_.empty()) phases_[r.number] = phases_of(r);
}

Nanoseconds ContinuousRecord::end() const {
  Nanoseconds end{0};
  for (const QueryRecord& q : queries_) end = std::max({end, q.scheduled, q.completed});
  return end;
}

void ContinuousRecord::fill(Run& run, std::uint32_t workers, std::span<const Heated> heated) {
  if (busy_.size() > 0) {
    add_windows(run, workers);
    add_heat(heated, load::Grid(Nanoseconds(busy_.width()), run.windows.size()), run.windows);
  }
  if (schedule_.scenario.kind == ScenarioKind::offline) {
    run.queries.push_back(offline_record(queries_));
    for (const QueryRecord& q : queries_) run.sample_completions.push_back(q.completed);
    std::sort(run.sample_completions.begin(), run.sample_completions.end());
    return;
  }
  drop_lost();
  run.queries = std::move(queries_);
  run.phases = std::move(phases_);
}

void ContinuousRecord::drop_lost() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    if (queries_[i].completed == not_completed) continue;
    if (kept < i) {
      queries_[kept] = queries_[i];
      phases_[kept] = phases_[i];
    }
    ++kept;
  }
  queries_.resize(kept);
  phases_.resize(kept);
}

void ContinuousRecord::add_windows(Run& run, std::uint32_t workers) {
  const std::int64_t last = end().count();
  busy_.reach(last);
  waiting_.reach(last);
  const std::int64_t width = busy_.width();
  const std::size_t n = static_cast<std::size_t>(last / width) + 1;
  const auto window_of = [&](Nanoseconds t) { return static_cast<std::size_t>(t.count() / width); };
  run.windows.resize(n);
  std::vector<std::size_t> first(n + 1);  // of each window's latencies, below
  for (const QueryRecord& q : queries_) {
    ++run.windows[window_of(q.scheduled)].arrived;
    if (q.completed == not_completed) continue;
    ++run.windows[window_of(q.completed)].completed;
    ++first[window_of(q.completed) + 1];
  }
  for (std::size_t w = 0; w < n; ++w) first[w + 1] += first[w];
  std::vector<Nanoseconds> latencies(first[n]);
  std::vector<std::size_t> place(first.begin(), first.end() - 1);
  for (const QueryRecord& q : queries_) {
    if (q.completed != not_completed) latencies[place[window_of(q.completed)]++] = q.latency();
  }
  for (std::size_t w = 0; w < n; ++w) {
    Window& window = run.windows[w];
    const std::int64_t start = static_cast<std::int64_t>(w) * width;
    const auto length = static_cast<double>(std::max<std::int64_t>(1, std::min(last, start + width) - start));
    window.start = Nanoseconds(start);
    window.waiting = static_cast<double>(waiting_.spent(w)) / length;
    window.busy = std::min(1.0, static_cast<double>(busy_.spent(w)) / (length * workers));
    const auto begin = latencies.begin() + static_cast<std::ptrdiff_t>(first[w]);
    const auto count = static_cast<std::ptrdiff_t>(first[w + 1] - first[w]);
    if (const auto p99 = stats::select_quantile(begin, begin + count, 0.99)) window.p99 = to_seconds(*p99);
  }
}

}  // namespace ridgeline::serve
