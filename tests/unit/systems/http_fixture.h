#pragma once
// Systems for servers that tests script, and what came of their requests.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "raw_server.h"
#include "recording_sink.h"
#include "ridgeline/systems.h"

namespace ridgeline::test {

inline Schedule schedule_of(ScenarioKind kind = ScenarioKind::server, std::uint32_t samples = 1) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(kind);
  schedule.samples = samples;
  schedule.lengths = {{8, 3}};
  return schedule;
}

inline HttpOptions options_for(const RawServer& server) {
  HttpOptions options;
  options.url = server.url();
  options.model = "m";
  options.check = false;
  return options;
}

inline std::unique_ptr<SystemUnderTest> system_for(const HttpOptions& options,
                                                   const Schedule& schedule = schedule_of()) {
  auto system = make_http_system(options, schedule);
  EXPECT_TRUE(system) << system.error().message;
  return system ? *std::move(system) : nullptr;
}

/// Sends queries 0 to n - 1 and waits for all of their samples.
inline void play(SystemUnderTest& system, RecordingSink& sink, std::uint64_t queries,
                 std::uint32_t samples = 1) {
  for (std::uint64_t i = 0; i < queries; ++i) system.issue({i, samples}, sink);
  ASSERT_TRUE(sink.wait(queries * samples));
}

/// What one request to such a server comes to: "complete", or the kind of its failure.
inline std::string outcome(RawServer::Handler handler, HttpOptions changes = {},
                           std::vector<std::string>* notes = nullptr) {
  RawServer server(std::move(handler));
  changes.url = server.url();
  changes.model = "m";
  changes.check = false;
  const auto system = system_for(changes);
  RecordingSink sink;
  play(*system, sink, 1);
  if (notes != nullptr) *notes = system->notes();
  if (sink.completed > 0) return "complete";
  return sink.failures.begin()->first;
}

}  // namespace ridgeline::test
