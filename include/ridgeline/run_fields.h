#pragma once
// All that a Run holds, each part by its name: one list for whoever writes runs down, as the store and JSON
// do, and for whoever reads them again. An Archive is called with every part in turn:
//
//   archive(name, value)        a bool, an integer, a double, a quantity, Nanoseconds, text, a list of texts,
//                               an array of doubles, a LatencyHistogram; or std::optional of a number
//   archive(name, value, last)  an enumeration from 0 to `last`, with a to_string()
//   archive.part(name, part)    what has fields() of its own; archive.parts(name, list) of many of them;
//                               archive.shared(name, pointer) of one that may be absent
//
// Names and order are a file format. What is new comes last, within its archive.form() >= N, the number of
// the form that brought it: readers then still take what was written before (Run only; newest_run_form).
//
// Queries, sample completions and phases are not here: there are millions of them, and each form has its own
// way with columns.

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "ridgeline/digest.h"
#include "ridgeline/host_noise.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

/// T, to write it down, or to set it.
template <class Given, class T>
concept ConstOrNot = std::same_as<std::remove_const_t<Given>, T>;

inline std::string_view to_string(TokenLengthDistribution::Kind kind) {
  constexpr std::string_view names[] = {"system", "fixed", "uniform", "lognormal", "empirical"};
  return names[static_cast<std::size_t>(kind)];
}

template <class Archive, ConstOrNot<Arrivals> T>
void fields(Archive& archive, T& a) {
  archive("kind", a.kind, Arrivals::Kind::trace);
  archive("cv", a.cv);
  archive("on_ns", a.on);
  archive("off_ns", a.off);
  archive("off_ratio", a.off_ratio);
  archive("period_ns", a.period);
  archive("amplitude", a.amplitude);
  archive("path", a.path);
}

template <class Archive, ConstOrNot<TokenLengthDistribution> T>
void fields(Archive& archive, T& d) {
  archive("kind", d.kind, TokenLengthDistribution::Kind::empirical);
  archive("low_input", d.low.input);
  archive("low_output", d.low.output);
  archive("high_input", d.high.input);
  archive("high_output", d.high.output);
  archive("input_mean", d.input_mean);
  archive("input_cv", d.input_cv);
  archive("output_mean", d.output_mean);
  archive("output_cv", d.output_cv);
  archive("path", d.path);
}

template <class Archive, ConstOrNot<Scenario> T>
void fields(Archive& archive, T& s) {
  archive("kind", s.kind, ScenarioKind::closed_loop);
  archive("min_duration_ns", s.min_duration);
  archive("min_queries", s.min_queries);
  archive("max_queries", s.max_queries);
  archive("samples_per_query", s.samples_per_query);
  archive("target_qps", s.target_qps);
  archive("target_latency_ns", s.target_latency);
  archive("ttft_limit_ns", s.ttft_limit);
  archive("tpot_limit_ns", s.tpot_limit);
  archive("percentile", s.percentile);
  archive("users", s.users);
  archive("think_time_ns", s.think_time);
  archive("think", s.think, ThinkTime::exponential);
  archive.part("arrivals", s.arrivals);
  archive.part("lengths", s.lengths);
  archive("seed", s.seed);
  archive("dataset_samples", s.dataset_samples);
  archive("keep_queries", s.keep_queries);
}

template <class Archive, ConstOrNot<Window> T>
void fields(Archive& archive, T& w) {
  archive("start_ns", w.start);
  archive("arrived", w.arrived);
  archive("completed", w.completed);
  archive("waiting", w.waiting);
  archive("busy", w.busy);
  archive("p99_seconds", w.p99);
  archive("clock", w.clock);
  archive("celsius", w.celsius);
  archive("energy_joules", w.energy);
}

template <class Archive, ConstOrNot<TimesDigest> T>
void fields(Archive& archive, T& d) {
  archive("times", d.times);
  archive("over", d.over);
}

template <class Archive, ConstOrNot<RunStretch> T>
void fields(Archive& archive, T& s) {
  archive("arrived", s.arrived);
  archive("completed", s.completed);
  archive("samples", s.samples);
  archive("waiting_seconds", s.waiting);
  archive("busy_seconds", s.busy);
  archive("latency", s.latency);
  archive("first_token", s.first_token);
  archive("per_token", s.per_token);
}

template <class Archive, ConstOrNot<PhaseSums> T>
void fields(Archive& archive, T& p) {
  archive("queries", p.queries);
  archive("seconds", p.seconds);
}

template <class Archive, ConstOrNot<RunDigest> T>
void fields(Archive& archive, T& d) {
  archive("queries", d.queries);
  archive("samples", d.samples);
  archive("good", d.good);
  archive("samples_per_query", d.samples_per_query);
  archive("last_scheduled_ns", d.last_scheduled);
  archive("last_issued_ns", d.last_issued);
  archive("last_completed_ns", d.last_completed);
  archive("end_ns", d.end);
  archive.part("latency", d.latency);
  archive.part("first_token", d.first_token);
  archive.part("per_token", d.per_token);
  archive("lateness", d.lateness);
  archive("width_ns", d.width);
  archive.parts("stretches", d.stretches);
  archive.parts("phases", d.phases);
}

template <class Archive, ConstOrNot<RunFailure> T>
void fields(Archive& archive, T& f) {
  archive("kind", f.kind);
  archive("count", f.count);
}

template <class Archive, ConstOrNot<TokenGaps> T>
void fields(Archive& archive, T& g) {
  archive("times", g.times);
}

template <class Archive, ConstOrNot<HostEnergy> T>
void fields(Archive& archive, T& e) {
  archive("scope", e.scope);
  archive("energy_joules", e.energy);
}

template <class Archive, ConstOrNot<HostGpu> T>
void fields(Archive& archive, T& g) {
  archive("name", g.name);
  archive("power_mean_watts", g.power_mean);
  archive("power_max_watts", g.power_max);
  archive("clock_mean_hertz", g.clock_mean);
  archive("clock_min_hertz", g.clock_min);
  archive("celsius_max", g.celsius_max);
}

template <class Archive, ConstOrNot<HostNoise> T>
void fields(Archive& archive, T& n) {
  archive("watched_seconds", n.watched);
  archive("readings", n.readings);
  archive("cores", n.cores);
  archive("watcher", n.watcher);
  archive("stolen_seconds", n.stolen);
  archive("others_seconds", n.others);
  archive("own_seconds", n.own);
  archive("switches", n.switches);
  archive("preemptions", n.preemptions);
  archive("clock_mean_hertz", n.clock_mean);
  archive("clock_min_hertz", n.clock_min);
  archive("celsius_start", n.celsius_start);
  archive("celsius_max", n.celsius_max);
  archive("spun_seconds", n.spun);
  archive("gap_threshold_seconds", n.gap_threshold);
  archive("gap_total_seconds", n.gap_total);
  archive("gap_longest_seconds", n.gap_longest);
  archive("gaps", n.gaps);
  archive.parts("energy", n.energy);
  archive.parts("gpus", n.gpus);
}

inline constexpr std::uint64_t newest_run_form = 3;

template <class Archive, ConstOrNot<Run> T>
void fields(Archive& archive, T& run) {
  archive.part("scenario", run.scenario);
  archive("origin", run.origin, RunOrigin::measured);
  archive("system", run.system);
  archive("workload", run.workload);
  archive("version", run.version);
  archive("machine", run.machine);
  archive("refused", run.refused);
  archive("timed_out", run.timed_out);
  archive("interrupted", run.interrupted);
  archive("notes", run.notes);
  archive.parts("windows", run.windows);
  archive.shared("digest", run.digest);
  if (archive.form() >= 2) {
    archive.parts("failures", run.failures);
    archive.shared("token_gaps", run.token_gaps);
  }
  if (archive.form() >= 3) archive.shared("host_noise", run.host_noise);
}

}  // namespace ridgeline
