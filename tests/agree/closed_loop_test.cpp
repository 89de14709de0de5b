// bench against serve-sim, over HTTP, must see what simulate says of the same system and arrivals.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ridgeline/endpoint.h"
#include "ridgeline/measurement.h"
#include "ridgeline/systems.h"

namespace ridgeline {
namespace {

using namespace std::chrono_literals;

/// Prompts of 10 ms and 20 us a token, passes of 4 ms and 0.1 ms a sequence.
ContinuousSystem served() {
  LinearCosts costs;
  costs.step = 4ms;
  costs.sequence = 100us;
  costs.prompt = 10ms;
  costs.prompt_token = 20us;
  ContinuousSystem system;
  system.name = "test";
  system.workload = "test-model";
  system.times = *StepTimes::linear(costs, {64, 8192, {}});
  system.limits.max_sequences = 64;
  system.limits.kv_blocks = 10'000;
  system.lengths = {100, 30};
  return system;
}

TEST(ClosedLoop, BenchSeesOfAnEndpointWhatTheSimulationHas) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::server);
  scenario.min_duration = 4s;
  scenario.min_queries = 1;
  scenario.target_qps = 32;  // more than the 100 that a P99 asks for
  scenario.lengths.kind = TokenLengthDistribution::Kind::uniform;
  scenario.lengths.low = {50, 10};
  scenario.lengths.high = {150, 50};
  const auto schedule = make_schedule(scenario);
  ASSERT_TRUE(schedule) << schedule.error().message;
  const auto simulated = simulate_continuous(*schedule, served());
  ASSERT_TRUE(simulated) << simulated.error().message;

  auto endpoint = start_endpoint(served(), {});
  ASSERT_TRUE(endpoint) << endpoint.error().message;
  HttpOptions options;
  options.url = "http://127.0.0.1:" + std::to_string((*endpoint)->port()) + "/v1";
  options.model = "test-model";
  options.ignore_eos = true;
  auto system = make_http_system(options, *schedule);
  ASSERT_TRUE(system) << system.error().message;
  const auto measured = drive(*schedule, **system, {});
  ASSERT_TRUE(measured) << measured.error().message;
  system->reset();
  const EndpointReport report = (*endpoint)->stop();

  ASSERT_EQ(measured->queries.size(), simulated->queries.size());
  EXPECT_EQ(measured->failed(), 0u);
  for (std::size_t i = 0; i < measured->queries.size(); ++i)
    EXPECT_EQ(measured->queries[i].tokens, simulated->queries[i].tokens) << i;
  const Summary is = summarize(*measured), should = summarize(*simulated);
  // A machine that is busy is late with tokens and with queries; how late was measured too.
  ASSERT_TRUE(is.lateness_p99 && report.lateness.max());
  const double late = to_seconds(*report.lateness.max()).value() + is.lateness_p99->value() + 0.002;
  EXPECT_NEAR(is.p50->value, should.p50->value, 0.02 * should.p50->value + late);
  EXPECT_NEAR(is.p90->value, should.p90->value, 0.05 * should.p90->value + 3 * late);
  EXPECT_NEAR(is.ttft_p50->value, should.ttft_p50->value, 0.05 * should.ttft_p50->value + late);
}

}  // namespace
}  // namespace ridgeline
