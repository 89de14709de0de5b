#include "serve/continuous_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
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

QueryRecord record_of(const Request& r) {
  QueryRecord q;
  q.scheduled = q.issued = r.scheduled;
  q.completed = r.completed;
  q.first_token = r.first_token;
  q.tokens = r.output;
  return q;
}

/// What the bins hold, in the windows of a grid.
std::vector<double> over_windows(const TimeBins& bins, const load::Grid& grid) {
  std::vector<double> sums(grid.size());
  const Nanoseconds width(bins.width());
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    const Nanoseconds from = width * static_cast<std::int64_t>(bin);
    const double density = static_cast<double>(bins.spent(bin)) / to_seconds(width).value();
    grid.spread(from, from + width, [&](std::size_t w, double seconds) { sums[w] += density * seconds; });
  }
  return sums;
}

}  // namespace

ContinuousRecord::ContinuousRecord(const Schedule& schedule, const ContinuousSystem& system,
                                   std::size_t expected)
    : schedule_(schedule),
      offline_(schedule.scenario.kind == ScenarioKind::offline),
      busy_(system.windows),
      waiting_(system.windows),
      arrived_(system.windows) {
  if (!system.classes.empty() || !system.class_shares.empty()) classes_.resize(request_classes);
  const auto kept = std::min<std::uint64_t>(expected, schedule.scenario.keep_queries);
  queries_.reserve(kept);
  if (!offline_) phases_.reserve(kept);
}

void ContinuousRecord::issue(Nanoseconds scheduled) {
  ++issued_;
  end_ = std::max(end_, scheduled);
  arrived_.count(scheduled.count());
  digest_beyond_limit();
  if (digester_) return;
  QueryRecord query;
  query.scheduled = query.issued = scheduled;
  query.completed = not_completed;
  queries_.push_back(query);
  if (!offline_) phases_.emplace_back();
}

void ContinuousRecord::complete(const Request& r) {
  const QueryRecord query = record_of(r);
  end_ = std::max(end_, query.completed);
  waiting_.add(r.scheduled.count(), r.admitted.count());
  if (offline_) {
    all_.completed = std::max(all_.completed, query.completed);
    all_.first_token = std::max(all_.first_token.value_or(Nanoseconds(0)), *query.first_token);
    all_tokens_ += query.tokens;
  }
  if (!classes_.empty()) {
    ClassTimes& times = classes_[r.priority];
    times.first_token.record(r.first_token - r.scheduled);
    times.latency.record(query.latency());
  }
  const Phases phases = phases_of(r);
  if (digester_) return digest(query, &phases);
  queries_[r.number] = query;
  if (!offline_) phases_[r.number] = phases;
}

void ContinuousRecord::digest_beyond_limit() {
  if (digester_ || issued_ <= schedule_.scenario.keep_queries) return;
  digester_.emplace(schedule_.scenario);
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    if (queries_[i].completed != not_completed) digest(queries_[i], offline_ ? nullptr : &phases_[i]);
  }
  queries_ = {};
  phases_ = {};
}

void ContinuousRecord::digest(const QueryRecord& query, const Phases* phases) {
  if (offline_) return digester_->add_samples(query.completed, 1);
  digester_->add(query, phases);
}

void ContinuousRecord::fill(Run& run, std::uint32_t workers, std::span<const Heated> heated) {
  if (offline_) {
    all_.samples = static_cast<std::uint32_t>(issued_);
    all_.tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(all_tokens_, UINT32_MAX));
  }
  if (digester_) {
    if (offline_) digester_->add(all_, nullptr);
    digester_->finish(run);
  } else if (offline_) {
    run.queries.push_back(all_);
    for (const QueryRecord& q : queries_) run.sample_completions.push_back(q.completed);
    std::sort(run.sample_completions.begin(), run.sample_completions.end());
  } else {
    drop_lost();
    run.queries = std::move(queries_);
    run.phases = std::move(phases_);
  }
  note_classes(run);
  if (busy_.size() > 0) add_windows(run, workers, heated);
}

void ContinuousRecord::note_classes(Run& run) const {
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    const ClassTimes& times = classes_[c];
    if (times.latency.count() == 0) continue;
    const auto at = [](const LatencyHistogram& all, double p) {
      return stats::supports_quantile(all.count(), p) ? show(to_seconds(*all.quantile(p))) : "unknown";
    };
    run.notes.push_back(
        fmt::format("class {}: {} requests completed; TTFT P50 {}, P99 {}; latency P50 {}, P99 {}", c,
                    times.latency.count(), at(times.first_token, 0.5), at(times.first_token, 0.99),
                    at(times.latency, 0.5), at(times.latency, 0.99)));
  }
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

/// What arrived and waited is known of requests that were lost, too.
void ContinuousRecord::add_windows(Run& run, std::uint32_t workers, std::span<const Heated> heated) {
  for (TimeBins* bins : {&busy_, &waiting_, &arrived_}) bins->reach(end_.count());
  const Nanoseconds width(busy_.width());
  const load::Grid grid =
      run.digest ? load::grid_of(*run.digest) : load::Grid(width, static_cast<std::size_t>(end_ / width) + 1);
  run.windows = load::make_windows(run, grid);
  const auto busy = over_windows(busy_, grid), waiting = over_windows(waiting_, grid),
             arrived = over_windows(arrived_, grid);
  for (std::size_t w = 0; w < grid.size(); ++w) {
    const Nanoseconds stretch = std::min(end_, grid.start(w + 1)) - grid.start(w);
    const auto length = static_cast<double>(std::max<std::int64_t>(1, stretch.count()));
    run.windows[w].arrived = static_cast<std::uint64_t>(std::llround(arrived[w]));
    run.windows[w].waiting = waiting[w] / length;
    run.windows[w].busy = std::min(1.0, busy[w] / (length * workers));
  }
  add_heat(heated, grid, run.windows);
}

}  // namespace ridgeline::serve
