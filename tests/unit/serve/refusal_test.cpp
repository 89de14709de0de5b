// Bad input gives one line that says what is wrong and what would be right.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

struct Refusal {
  const char* message;
  std::function<void(Schedule&, SimulatedSystem&)> spoil;
};

TEST(Simulate, RefusesBadInput) {
  const double nan = std::nan("");
  const std::vector<Refusal> refusals{
      {"service table: empty; needs the time of a batch of 1 at least",
       [](auto&, auto& s) { s.service.total.clear(); }},
      {"service table: time of a batch of 2 is 0 ns; must be above 0 and at most a day",
       [](auto&, auto& s) { s.service.total[1] = Nanoseconds(0); }},
      {"service table: time of a batch of 1 is 90000000000000 ns; must be above 0 and at most a day",
       [](auto&, auto& s) { s.service.total[0] = hours(25); }},
      {"service table: time of a batch of 3 is 2 ns, less than the 4000000 ns of a batch of 2; must not fall",
       [](auto&, auto& s) { s.service.total[2] = Nanoseconds(2); }},
      {"service table: 1 first-token times for 4 batches; needs one each, or none",
       [](auto&, auto& s) { s.service.first_token = {milliseconds(1)}; }},
      {"service table: first token of a batch of 1 comes at 9000000 ns, after its end at 3000000",
       [](auto&, auto& s) { s.service.first_token.assign(4, milliseconds(9)); }},
      {"max_batch is 0; must be 1 or more", [](auto&, auto& s) { s.batching.max_batch = 0; }},
      {"max_batch is 5 and the service table ends at 4; make a larger table",
       [](auto&, auto& s) { s.batching.max_batch = 5; }},
      {"batch_timeout is -1 ns; must be 0 or more and at most a day",
       [](auto&, auto& s) { s.batching.batch_timeout = Nanoseconds(-1); }},
      {"replicas is 0; must be 1 to 65536", [](auto&, auto& s) { s.replicas = 0; }},
      {"noise_sigma is nan; must be 0 to 1", [=](auto&, auto& s) { s.interference.noise_sigma = nan; }},
      {"noise_sigma is -0.5; must be 0 to 1", [](auto&, auto& s) { s.interference.noise_sigma = -0.5; }},
      {"pause_rate is nan Hz; must be 0 to 1000000 Hz",
       [=](auto&, auto& s) { s.interference.pause_rate = Hertz(nan); }},
      {"pause_rate is set and pause_lengths is empty; give the lengths seen",
       [](auto&, auto& s) { s.interference.pause_rate = Hertz(1); }},
      {"pause_lengths holds -5 ns; must be 0 or more and at most a day",
       [](auto&, auto& s) { s.interference.pause_lengths = {Nanoseconds(-5)}; }},
      {"noise_factors holds 0; must be above 0 and at most 1000",
       [](auto&, auto& s) { s.interference.noise_factors = {1, 0}; }},
      {"background_load is 1; must be 0 to 0.95: a share of the processor",
       [](auto&, auto& s) { s.interference.background_load = 1; }},
      {"background_burst is 0 ns; must be 1000 or more and at most a day",
       [](auto&, auto& s) { s.interference.background_burst = Nanoseconds(0); }},
      {"context_switch_rate is -1 Hz; must be 0 to 1000000 Hz",
       [](auto&, auto& s) { s.interference.context_switch_rate = Hertz(-1); }},
      {"cache_refill is -1 ns; must be 0 or more and at most a day",
       [](auto&, auto& s) { s.interference.cache_refill = Nanoseconds(-1); }},
      {"service table: 1 compute_share for 4 batches; needs one each, or none",
       [](auto&, auto& s) { s.service.compute_share = {0.5}; }},
      {"service table: decode_compute_share holds 2; must be 0 to 1",
       [](auto&, auto& s) { s.service.decode_compute_share.assign(4, 2); }},
      {"windows is 20000; must be at most 10000", [](auto&, auto& s) { s.windows = 20'000; }},
      {"schedule: a query has 0 samples; must be 1 or more", [](auto& s, auto&) { s.samples = 0; }},
      {"schedule: a Server scenario needs at least one arrival", [](auto& s, auto&) { s.arrivals.clear(); }},
      {"schedule: arrival 1 is at 1 ns, before 5 ns; must ascend from 0",
       [](auto& s, auto&) { s.arrivals = {Nanoseconds(5), Nanoseconds(1)}; }},
  };
  for (const Refusal& refusal : refusals) {
    Schedule schedule = server_schedule(10, Hertz(100), 1);
    SimulatedSystem system = make_system(linear_table(milliseconds(2), milliseconds(1), 4), policy(4));
    ASSERT_TRUE(simulate(schedule, system));
    refusal.spoil(schedule, system);
    const auto run = simulate(schedule, system);
    ASSERT_FALSE(run) << refusal.message;
    EXPECT_EQ(run.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(run.error().message, refusal.message);
  }
}

TEST(Simulate, RefusesRunsThatWouldNotEnd) {
  Schedule endless = closed_loop_schedule(ScenarioKind::single_stream, 1);
  endless.scenario.min_duration = hours(10);
  const auto many = simulate(endless, make_system(linear_table(Nanoseconds(1000), Nanoseconds(0), 1)));
  ASSERT_FALSE(many);
  EXPECT_NE(many.error().message.find("shorten min_duration or set max_queries"), std::string::npos);
  endless.scenario.max_queries = 10;
  EXPECT_TRUE(simulate(endless, make_system(linear_table(Nanoseconds(1000), Nanoseconds(0), 1))));

  const auto slow = simulate(closed_loop_schedule(ScenarioKind::single_stream, 1'000'000),
                             make_system(linear_table(hours(10), Nanoseconds(0), 1)));
  ASSERT_FALSE(slow);
  EXPECT_NE(slow.error().message.find("of service"), std::string::npos);
}

TEST(Solve, RefusesBadInput) {
  const Scenario scenario = closed_loop(ScenarioKind::single_stream, 10);
  const auto table = linear_table(milliseconds(2), milliseconds(1), 4);
  EXPECT_FALSE(solve(scenario, ServiceTable{}, policy(1), 1));
  EXPECT_FALSE(solve(scenario, table, policy(5), 1));
  EXPECT_FALSE(solve(scenario, table, policy(1), 0));
  Scenario rateless = Scenario::mlperf(ScenarioKind::server);
  rateless.target_qps = 0;
  EXPECT_FALSE(solve(rateless, table, policy(1), 1));
}

}  // namespace
}  // namespace ridgeline::serve
