#pragma once
// Runs made by hand, for the tests of summaries and verdicts.

#include <cstdint>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

constexpr Nanoseconds ms(std::int64_t n) { return std::chrono::milliseconds(n); }

/// A closed loop whose queries follow one another, with these latencies.
inline Run closed_loop(Scenario scenario, const std::vector<Nanoseconds>& latencies) {
  Run run;
  run.scenario = scenario;
  Nanoseconds at{0};
  for (const Nanoseconds latency : latencies) {
    QueryRecord q;
    q.scheduled = q.issued = at;
    q.completed = at += latency;
    q.samples = scenario.samples_per_query;
    run.queries.push_back(q);
  }
  return run;
}

/// A short SingleStream (P90), its duration satisfied by `latencies`.
inline Scenario short_single_stream() {
  Scenario s = Scenario::mlperf(ScenarioKind::single_stream);
  s.min_duration = Nanoseconds(0);
  s.min_queries = 1;
  return s;
}

/// A Server run with an arrival each 10 ms, issued on time.
inline Run server_run(const std::vector<Nanoseconds>& latencies, Nanoseconds limit) {
  Run run;
  run.scenario = Scenario::mlperf(ScenarioKind::server);
  run.scenario.target_qps = 100;
  run.scenario.target_latency = limit;
  run.scenario.min_duration = Nanoseconds(0);
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    QueryRecord q;
    q.scheduled = q.issued = ms(10 * static_cast<std::int64_t>(i));
    q.completed = q.scheduled + latencies[i];
    run.queries.push_back(q);
  }
  return run;
}

/// One Offline query of n samples in batches of 8, 10 ms each.
inline Run offline_run(std::uint32_t n) {
  Run run;
  run.scenario = Scenario::mlperf(ScenarioKind::offline);
  run.scenario.min_duration = Nanoseconds(0);
  run.scenario.min_queries = 1;
  for (std::uint32_t i = 0; i < n; ++i) run.sample_completions.push_back(ms(10 * (i / 8 + 1)));
  QueryRecord q;
  q.samples = n;
  q.completed = run.sample_completions.back();
  run.queries = {q};
  return run;
}

}  // namespace ridgeline::load
