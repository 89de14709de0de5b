#pragma once
// Runs in which every field has a value of its own, and their comparison field by field. The structured
// bindings name all members: one that is added to a struct stops this file from compiling, until it is
// compared too.

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>

#include "base/random.h"
#include "ridgeline/digest.h"
#include "ridgeline/host_noise.h"
#include "ridgeline/scenario.h"

namespace ridgeline::testing_runs {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : stream_(seed, "random runs") {}
  std::uint64_t below(std::uint64_t n) { return stream_.below(n); }
  bool coin() { return below(2) == 1; }
  double real() { return (stream_.uniform() - 0.5) * 1e9; }
  /// Of any size, the ends of the range now and then.
  std::int64_t any() {
    if (below(20) == 0) return std::numeric_limits<std::int64_t>::min();
    if (below(20) == 0) return std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(stream_.bits()) >> below(64);
  }
  std::uint64_t count() { return stream_.bits() >> below(64); }
  std::uint32_t small() { return static_cast<std::uint32_t>(stream_.bits() >> (32 + below(32))); }
  /// Within 26 days, so that sums, differences and small multiples fit.
  Nanoseconds time() { return Nanoseconds(any() >> 12); }
  Nanoseconds latency() { return Nanoseconds(static_cast<std::int64_t>(stream_.bits() >> (1 + below(63)))); }
  std::string text() {
    std::string text;
    for (std::uint64_t left = below(12); left > 0; --left) text += "a\"\\\n,é\xf0\x9f\x93\x8a"[below(6)];
    return text;
  }

 private:
  RandomStream stream_;
};

inline LatencyHistogram histogram(Draw& draw, unsigned digits) {
  LatencyHistogram made(digits);
  for (std::uint64_t left = draw.below(20); left > 0; --left) made.record(draw.latency(), draw.below(1000));
  return made;
}

inline std::shared_ptr<const RunDigest> digest(Draw& draw) {
  auto d = std::make_shared<RunDigest>();
  d->queries = draw.count();
  d->samples = draw.count();
  d->good = draw.count();
  d->samples_per_query = draw.small();
  for (Nanoseconds* time : {&d->last_scheduled, &d->last_issued, &d->last_completed, &d->end, &d->width})
    *time = draw.time();
  for (TimesDigest* times : {&d->latency, &d->first_token, &d->per_token})
    *times = {histogram(draw, 3), draw.count()};
  d->lateness = histogram(draw, 2);
  d->stretches.resize(draw.below(4));
  for (RunStretch& s : d->stretches) {
    s = {draw.count(), draw.count(),       draw.count(),       draw.real(),
         draw.real(),  histogram(draw, 2), histogram(draw, 2), histogram(draw, 2)};
  }
  d->phases.resize(draw.below(4));
  for (PhaseSums& sums : d->phases) {
    sums.queries = draw.count();
    for (double& seconds : sums.seconds) seconds = draw.real();
  }
  return d;
}

inline std::shared_ptr<const HostNoise> host_noise(Draw& draw) {
  auto n = std::make_shared<HostNoise>();
  n->watched = Seconds(draw.real());
  n->readings = draw.count();
  n->cores = draw.count();
  for (const char c : draw.text()) n->watcher += static_cast<char>(c & 0x7f);
  for (auto* time :
       {&n->stolen, &n->others, &n->own, &n->spun, &n->gap_threshold, &n->gap_total, &n->gap_longest})
    if (draw.coin()) *time = Seconds(draw.real());
  for (auto* count : {&n->switches, &n->preemptions, &n->gaps})
    if (draw.coin()) *count = draw.count();
  for (auto* clock : {&n->clock_mean, &n->clock_min})
    if (draw.coin()) *clock = Hertz(draw.real());
  for (auto* celsius : {&n->celsius_start, &n->celsius_max})
    if (draw.coin()) *celsius = draw.real();
  n->energy.resize(draw.below(3));
  for (HostEnergy& e : n->energy) e = {"package " + std::to_string(draw.below(9)), Joules(draw.real())};
  n->gpus.resize(draw.below(3));
  for (HostGpu& g : n->gpus) {
    g.name = "GPU " + std::to_string(draw.below(9));
    if (draw.coin()) g.power_mean = Watts(draw.real());
    if (draw.coin()) g.power_max = Watts(draw.real());
    if (draw.coin()) g.clock_mean = Hertz(draw.real());
    if (draw.coin()) g.clock_min = Hertz(draw.real());
    if (draw.coin()) g.celsius_max = draw.real();
  }
  return n;
}

inline Scenario scenario(Draw& draw) {
  Scenario s;
  s.kind = static_cast<ScenarioKind>(draw.below(7));
  for (Nanoseconds* time : {&s.min_duration, &s.target_latency, &s.ttft_limit, &s.tpot_limit, &s.think_time,
                            &s.arrivals.on, &s.arrivals.off, &s.arrivals.period})
    *time = draw.time();
  for (std::uint64_t* count : {&s.min_queries, &s.max_queries, &s.seed, &s.dataset_samples, &s.keep_queries})
    *count = draw.count();
  for (double* real :
       {&s.target_qps, &s.arrivals.cv, &s.arrivals.off_ratio, &s.arrivals.amplitude, &s.lengths.input_mean,
        &s.lengths.input_cv, &s.lengths.output_mean, &s.lengths.output_cv})
    *real = draw.real();
  s.percentile = 0.5 + draw.real() * 0.9e-9;
  s.samples_per_query = draw.small();
  s.users = draw.small();
  s.think = static_cast<ThinkTime>(draw.below(2));
  s.arrivals.kind = static_cast<Arrivals::Kind>(draw.below(5));
  s.arrivals.path = draw.text();
  s.lengths.kind = static_cast<TokenLengthDistribution::Kind>(draw.below(5));
  s.lengths.low = {draw.small(), draw.small()};
  s.lengths.high = {draw.small(), draw.small()};
  s.lengths.path = draw.text();
  return s;
}

/// Texts are of any bytes; for JSON, which holds only UTF-8, there is plain_run().
inline Run random_run(std::uint64_t seed) {
  Draw draw(seed);
  Run run;
  run.scenario = scenario(draw);
  run.origin = static_cast<RunOrigin>(draw.below(3));
  for (std::string* text : {&run.system, &run.workload, &run.version, &run.machine}) *text = draw.text();
  run.queries.resize(draw.below(50));
  for (QueryRecord& q : run.queries) {
    q = {draw.time(), draw.time(), draw.time(), std::nullopt, static_cast<std::uint32_t>(draw.below(1000)),
         draw.small()};
    if (draw.coin()) q.first_token = draw.time();
  }
  run.sample_completions.resize(draw.below(50));
  for (Nanoseconds& time : run.sample_completions) time = draw.time();
  run.phases.resize(draw.coin() ? run.queries.size() : draw.below(50));
  for (Phases& p : run.phases)
    p = {draw.time(), draw.time(), draw.time(), draw.time(), draw.time(), draw.time()};
  run.windows.resize(draw.below(5));
  for (Window& w : run.windows) {
    w = {draw.time(), draw.count(), draw.count(), draw.real(), draw.real(), {}, {}, {}, {}};
    if (draw.coin()) w.p99 = Seconds(draw.real());
    if (draw.coin()) w.clock = draw.real();
    if (draw.coin()) w.celsius = draw.real();
    if (draw.coin()) w.energy = Joules(draw.real());
  }
  run.refused = draw.count();
  run.timed_out = draw.count();
  run.failures.resize(draw.below(3));
  for (RunFailure& failure : run.failures) failure = {draw.text(), draw.count()};
  if (draw.coin()) run.token_gaps = std::make_shared<TokenGaps>(TokenGaps{histogram(draw, 3)});
  if (draw.coin()) run.host_noise = host_noise(draw);
  if (draw.coin()) run.digest = digest(draw);
  run.interrupted = draw.coin();
  run.notes.resize(draw.below(3));
  for (std::string& note : run.notes) note = draw.text();
  return run;
}

/// The same run with plain ASCII texts, which JSON can hold.
inline Run plain_run(std::uint64_t seed) {
  Run run = random_run(seed);
  const auto mend = [](std::string& text) {
    for (char& c : text) c = static_cast<char>(c & 0x7f);
  };
  for (std::string* text : {&run.system, &run.workload, &run.version, &run.machine,
                            &run.scenario.arrivals.path, &run.scenario.lengths.path})
    mend(*text);
  for (std::string& note : run.notes) mend(note);
  for (RunFailure& failure : run.failures) mend(failure.kind);
  return run;
}

// ---------------------------------------------------------------------------------------------- comparison

inline void expect_equal(const LatencyHistogram& x, const LatencyHistogram& y) {
  const auto [digits, counts, min, max, sum_low, sum_high] = x.state();
  const auto other = y.state();
  EXPECT_TRUE(digits == other.digits && counts == other.counts && min == other.min && max == other.max &&
              sum_low == other.sum_low && sum_high == other.sum_high);
}

inline void expect_equal(const TimesDigest& x, const TimesDigest& y) {
  const auto& [times, over] = x;
  expect_equal(times, y.times);
  EXPECT_EQ(over, y.over);
}

inline void expect_equal(const RunDigest& x, const RunDigest& y) {
  const auto& [queries, samples, good, samples_per_query, last_scheduled, last_issued, last_completed, end,
               latency, first_token, per_token, lateness, width, stretches, phases] = x;
  EXPECT_TRUE(queries == y.queries && samples == y.samples && good == y.good);
  EXPECT_EQ(samples_per_query, y.samples_per_query);
  EXPECT_TRUE(last_scheduled == y.last_scheduled && last_issued == y.last_issued &&
              last_completed == y.last_completed && end == y.end && width == y.width);
  expect_equal(latency, y.latency);
  expect_equal(first_token, y.first_token);
  expect_equal(per_token, y.per_token);
  expect_equal(lateness, y.lateness);
  ASSERT_EQ(stretches.size(), y.stretches.size());
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const auto& [arrived, completed, s_samples, waiting, busy, s_latency, s_first, s_per] = stretches[i];
    const RunStretch& other = y.stretches[i];
    EXPECT_TRUE(arrived == other.arrived && completed == other.completed && s_samples == other.samples &&
                waiting == other.waiting && busy == other.busy);
    expect_equal(s_latency, other.latency);
    expect_equal(s_first, other.first_token);
    expect_equal(s_per, other.per_token);
  }
  ASSERT_EQ(phases.size(), y.phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto& [p_queries, seconds] = phases[i];
    EXPECT_TRUE(p_queries == y.phases[i].queries && seconds == y.phases[i].seconds);
  }
}

inline void expect_equal(const HostNoise& x, const HostNoise& y) {
  const auto& [watched, readings, cores, watcher, stolen, others, own, switches, preemptions, clock_mean,
               clock_min, celsius_start, celsius_max, spun, gap_threshold, gap_total, gap_longest, gaps,
               energy, gpus] = x;
  EXPECT_TRUE(watched == y.watched && readings == y.readings && cores == y.cores && watcher == y.watcher &&
              stolen == y.stolen && others == y.others && own == y.own);
  EXPECT_TRUE(switches == y.switches && preemptions == y.preemptions && clock_mean == y.clock_mean &&
              clock_min == y.clock_min && celsius_start == y.celsius_start && celsius_max == y.celsius_max);
  EXPECT_TRUE(spun == y.spun && gap_threshold == y.gap_threshold && gap_total == y.gap_total &&
              gap_longest == y.gap_longest && gaps == y.gaps);
  ASSERT_EQ(energy.size(), y.energy.size());
  for (std::size_t i = 0; i < energy.size(); ++i) {
    const auto& [scope, joules] = energy[i];
    EXPECT_TRUE(scope == y.energy[i].scope && joules == y.energy[i].energy);
  }
  ASSERT_EQ(gpus.size(), y.gpus.size());
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    const auto& [name, power_mean, power_max, g_mean, g_min, celsius] = gpus[i];
    const HostGpu& other = y.gpus[i];
    EXPECT_TRUE(name == other.name && power_mean == other.power_mean && power_max == other.power_max &&
                g_mean == other.clock_mean && g_min == other.clock_min && celsius == other.celsius_max);
  }
}

inline void expect_equal(const Scenario& x, const Scenario& y) {
  const auto& [kind, min_duration, min_queries, max_queries, samples_per_query, target_qps, target_latency,
               ttft_limit, tpot_limit, percentile, users, think_time, think, arrivals, lengths, seed,
               dataset_samples, keep_queries] = x;
  EXPECT_TRUE(kind == y.kind && min_duration == y.min_duration && min_queries == y.min_queries &&
              max_queries == y.max_queries && samples_per_query == y.samples_per_query);
  EXPECT_TRUE(target_qps == y.target_qps && target_latency == y.target_latency &&
              ttft_limit == y.ttft_limit && tpot_limit == y.tpot_limit && percentile == y.percentile);
  EXPECT_TRUE(users == y.users && think_time == y.think_time && think == y.think && seed == y.seed &&
              dataset_samples == y.dataset_samples && keep_queries == y.keep_queries);
  const auto& [a_kind, cv, on, off, off_ratio, period, amplitude, a_path] = arrivals;
  const Arrivals& a = y.arrivals;
  EXPECT_TRUE(a_kind == a.kind && cv == a.cv && on == a.on && off == a.off && off_ratio == a.off_ratio &&
              period == a.period && amplitude == a.amplitude && a_path == a.path);
  const auto& [l_kind, low, high, input_mean, input_cv, output_mean, output_cv, l_path] = lengths;
  const TokenLengthDistribution& l = y.lengths;
  EXPECT_TRUE(l_kind == l.kind && low == l.low && high == l.high && input_mean == l.input_mean &&
              input_cv == l.input_cv && output_mean == l.output_mean && output_cv == l.output_cv &&
              l_path == l.path);
}

inline void expect_equal(const Run& x, const Run& y) {
  const auto& [x_scenario, origin, system, workload, version, machine, queries, sample_completions, phases,
               windows, refused, timed_out, failures, token_gaps, noise, x_digest, interrupted, notes] = x;
  expect_equal(x_scenario, y.scenario);
  EXPECT_TRUE(origin == y.origin && system == y.system && workload == y.workload && version == y.version &&
              machine == y.machine);
  EXPECT_TRUE(sample_completions == y.sample_completions && refused == y.refused &&
              timed_out == y.timed_out && interrupted == y.interrupted && notes == y.notes);
  ASSERT_EQ(queries.size(), y.queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto& [scheduled, issued, completed, first_token, samples, tokens] = queries[i];
    const QueryRecord& q = y.queries[i];
    EXPECT_TRUE(scheduled == q.scheduled && issued == q.issued && completed == q.completed &&
                first_token == q.first_token && samples == q.samples && tokens == q.tokens);
  }
  ASSERT_EQ(phases.size(), y.phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto& [queueing, batching, prefill, decode, interference, throttling] = phases[i];
    const Phases& p = y.phases[i];
    EXPECT_TRUE(queueing == p.queueing && batching == p.batching && prefill == p.prefill &&
                decode == p.decode && interference == p.interference && throttling == p.throttling);
  }
  ASSERT_EQ(windows.size(), y.windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto& [start, arrived, completed, waiting, busy, p99, clock, celsius, energy] = windows[i];
    const Window& w = y.windows[i];
    EXPECT_TRUE(start == w.start && arrived == w.arrived && completed == w.completed &&
                waiting == w.waiting && busy == w.busy && p99 == w.p99 && clock == w.clock &&
                celsius == w.celsius && energy == w.energy);
  }
  ASSERT_EQ(failures.size(), y.failures.size());
  for (std::size_t i = 0; i < failures.size(); ++i) {
    const auto& [kind, count] = failures[i];
    EXPECT_TRUE(kind == y.failures[i].kind && count == y.failures[i].count);
  }
  ASSERT_EQ(token_gaps != nullptr, y.token_gaps != nullptr);
  if (token_gaps) expect_equal(token_gaps->times, y.token_gaps->times);
  ASSERT_EQ(noise != nullptr, y.host_noise != nullptr);
  if (noise) expect_equal(*noise, *y.host_noise);
  ASSERT_EQ(x_digest != nullptr, y.digest != nullptr);
  if (x_digest) expect_equal(*x_digest, *y.digest);
}

}  // namespace ridgeline::testing_runs
