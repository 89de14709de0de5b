// What was seen becomes a Run.

#include <algorithm>

#include "serve/continuous_player.h"
#include "stats/quantile.h"

namespace ridgeline::serve {
namespace {

bool completed(const Request& request) { return request.completed >= Nanoseconds(0); }

/// The parts of a request's latency; the sum is exact, since each part is a difference of recorded times.
Phases phases_of(const Request& r) {
  Phases p;
  p.batching = r.batching;
  p.queueing = r.admitted - r.scheduled - r.batching + r.preempted_prompt + r.preempted;
  p.prefill = r.first_token - r.admitted - r.preempted_prompt;
  p.decode = r.completed - r.first_token - r.preempted;
  return p;
}

QueryRecord record_of(const Request& r) {
  QueryRecord q;
  q.scheduled = q.issued = r.scheduled;
  q.completed = r.completed;
  q.first_token = r.first_token;
  q.tokens = r.output;
  return q;
}

QueryRecord offline_record(const std::vector<Request>& requests) {
  QueryRecord all;
  all.samples = static_cast<std::uint32_t>(requests.size());
  std::uint64_t tokens = 0;
  Nanoseconds first{0};
  for (const Request& r : requests) {
    all.completed = std::max(all.completed, r.completed);
    first = std::max(first, r.first_token);
    tokens += r.output;
  }
  all.first_token = first;
  all.tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(tokens, UINT32_MAX));
  return all;
}

}  // namespace

void ContinuousPlayer::record(Run& run) const {
  if (schedule_.scenario.kind == ScenarioKind::offline) {
    run.queries.push_back(offline_record(requests_));
    for (const Request& r : requests_) run.sample_completions.push_back(r.completed);
    std::sort(run.sample_completions.begin(), run.sample_completions.end());
  } else {
    run.queries.reserve(counts_.completed);
    run.phases.reserve(counts_.completed);
    for (const Request& r : requests_) {
      if (!completed(r)) continue;
      run.queries.push_back(record_of(r));
      run.phases.push_back(phases_of(r));
    }
  }
  if (system_.windows > 0) {
    add_windows(run, requests_, busy_, static_cast<std::uint32_t>(decoders_.size() + prefillers_.size()));
  }
}

void add_windows(Run& run, const std::vector<Request>& requests, const BusyBins& busy,
                 std::uint32_t workers) {
  std::int64_t end = 0;
  for (const Request& r : requests) end = std::max({end, r.scheduled.count(), r.completed.count()});
  const std::int64_t width = busy.width();
  const std::size_t n = std::min(static_cast<std::size_t>(end / width) + 1, busy.size());
  const auto window_of = [&](Nanoseconds t) {
    return std::min(static_cast<std::size_t>(t.count() / width), n - 1);
  };
  run.windows.resize(n);
  std::vector<std::size_t> first(n + 1);  // of each window's latencies, below
  std::vector<double> waiting(n);
  for (const Request& r : requests) {
    ++run.windows[window_of(r.scheduled)].arrived;
    if (!completed(r)) continue;
    ++run.windows[window_of(r.completed)].completed;
    ++first[window_of(r.completed) + 1];
    for (std::size_t w = window_of(r.scheduled); w <= window_of(r.admitted); ++w) {
      const auto start = static_cast<std::int64_t>(w) * width;
      const std::int64_t from = std::max(start, r.scheduled.count());
      const std::int64_t to = std::min(start + width, r.admitted.count());
      waiting[w] += static_cast<double>(std::max<std::int64_t>(0, to - from));
    }
  }
  for (std::size_t w = 0; w < n; ++w) first[w + 1] += first[w];
  std::vector<Nanoseconds> latencies(first[n]);
  std::vector<std::size_t> place(first.begin(), first.end() - 1);
  for (const Request& r : requests) {
    if (completed(r)) latencies[place[window_of(r.completed)]++] = r.completed - r.scheduled;
  }
  for (std::size_t w = 0; w < n; ++w) {
    Window& window = run.windows[w];
    const std::int64_t start = static_cast<std::int64_t>(w) * width;
    const double length =
        static_cast<double>(std::max<std::int64_t>(1, std::min(end, start + width) - start));
    window.start = Nanoseconds(start);
    window.waiting = waiting[w] / length;
    window.busy = std::min(1.0, static_cast<double>(busy.busy(w)) / (length * workers));
    const std::size_t count = first[w + 1] - first[w];
    const auto begin = latencies.begin() + static_cast<std::ptrdiff_t>(first[w]);
    if (const auto p99 = stats::select_quantile(begin, begin + static_cast<std::ptrdiff_t>(count), 0.99))
      window.p99 = to_seconds(*p99);
  }
}

}  // namespace ridgeline::serve
