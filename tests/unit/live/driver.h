#pragma once
// A system that does as it is told, and schedules for it.

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "ridgeline/measurement.h"

namespace ridgeline::test {

/// Hands every query to a function; counts them.
class ScriptedSystem final : public SystemUnderTest {
 public:
  using Script = std::function<void(const Query&, CompletionSink&, std::uint64_t count)>;
  explicit ScriptedSystem(Script script) : script_(std::move(script)) {}
  std::string name() const override { return "scripted"; }
  void issue(const Query& query, CompletionSink& sink) override { script_(query, sink, ++count); }
  void flush() override { ++flushes; }
  std::uint64_t count = 0, flushes = 0;

 private:
  Script script_;
};

inline void answer(const Query& query, CompletionSink& sink, std::uint64_t /*count*/) {
  sink.complete(query.id, query.samples, 0);
}

inline Schedule closed_loop(ScenarioKind kind, std::uint64_t queries, std::uint32_t samples) {
  Scenario scenario = Scenario::mlperf(kind);
  scenario.min_duration = Nanoseconds(0);
  scenario.min_queries = queries;
  scenario.samples_per_query = kind == ScenarioKind::multi_stream ? samples : 1;
  Schedule schedule;
  schedule.scenario = scenario;
  schedule.samples = samples;
  return schedule;
}

inline Schedule server(std::vector<Nanoseconds> arrivals) {
  Schedule schedule = closed_loop(ScenarioKind::server, std::max<std::size_t>(1, arrivals.size()), 1);
  schedule.scenario.target_qps = 1000;
  schedule.arrivals = std::move(arrivals);
  return schedule;
}

inline Schedule server_every(Nanoseconds gap, int count) {
  std::vector<Nanoseconds> arrivals;
  for (int i = 0; i < count; ++i) arrivals.push_back(i * gap);
  return server(arrivals);
}

/// LoadGen counts Offline's samples as queries.
inline Schedule offline(std::uint32_t samples) {
  return closed_loop(ScenarioKind::offline, samples, samples);
}

inline bool has_note(const Run& run, const std::string& part) {
  return std::any_of(run.notes.begin(), run.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

}  // namespace ridgeline::test
