// Real connections: what many see at once, what becomes of those that are not served, and whether the times
// are the simulation's. Bounds are wide: the machine may be busy.

#include <algorithm>
#include <thread>

#include "base/random.h"
#include "servers.h"

namespace ridgeline::endpoint {
namespace {

using Clock = std::chrono::steady_clock;

/// Until it is so, for ten seconds at most.
bool comes_true(const std::function<bool()>& so) {
  for (int i = 0; i < 500; ++i) {
    if (so()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

TEST(EndpointServing, TokensComeWhenTheSimulationHasThem) {
  const auto server = start(even_system());
  Client client(*server);
  const auto start = Clock::now();
  const Events events =
      client.stream("/v1/completions", {{"prompt", "x"}, {"max_tokens", 40}, {"stream", true}});
  ASSERT_EQ(events.data.size(), 41U);
  // 10 ms, then 39 passes of 5 ms: never before, and not so much later that it would be another system.
  for (int i = 0; i < 40; ++i) EXPECT_GE(events.at[i] - start, 10ms + i * 5ms) << i;
  EXPECT_LT(events.at[39] - start, 2s);
  const EndpointReport report = server->stop();
  ASSERT_EQ(report.run.queries.size(), 1U);
  EXPECT_EQ(report.run.queries[0].latency(), 205ms);
  EXPECT_EQ(report.output_tokens, 40U);
  EXPECT_EQ(report.prompt_tokens, 1U);
  EXPECT_EQ(report.lateness.count(), 40U);
}

TEST(EndpointServing, TimeMayBeScaled) {
  EndpointOptions options;
  options.time_scale = 10;
  const auto server = start(even_system(), options);
  Client client(*server);
  const auto start = Clock::now();
  EXPECT_EQ(client.complete({{"prompt", "x"}, {"max_tokens", 399}})->status, 200);  // 10 + 398 x 5 = 2000 ms
  EXPECT_GE(Clock::now() - start, 200ms);
  EXPECT_EQ(server->stop().run.queries.at(0).latency(), 2000ms);
}

TEST(EndpointServing, ManyAtOnceShareTheBatch) {
  const auto server = start(even_system());
  constexpr int clients = 24;
  std::vector<std::thread> threads;
  std::atomic<int> tokens{0};
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      Client client(*server);
      const Events events =
          client.stream("/v1/completions", {{"prompt", "x"}, {"max_tokens", 30}, {"stream", true}});
      tokens += static_cast<int>(events.data.size()) - 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tokens, clients * 30);
  const EndpointReport report = server->stop();
  EXPECT_EQ(report.counts.completed, clients);
  // One after the other they would need 29 decode passes each.
  EXPECT_LT(report.counts.passes, clients * 29);
}

TEST(EndpointServing, QueuesRefuseAndGiveUp) {
  ContinuousSystem one = even_system(1);
  one.limits.max_waiting = 1;
  one.limits.timeout = 1000ms;
  const auto server = start(one);
  std::thread long_one([&] { Client(*server).complete({{"prompt", "x"}, {"max_tokens", 500}}); });  // 2.5 s
  Client client(*server);
  EXPECT_TRUE(comes_true([&] { return metric(client, "vllm:num_requests_running") == 1; }));
  EXPECT_GT(metric(client, "vllm:kv_cache_usage_perc"), 0);
  int gave_up = 0;
  std::thread waits([&] { gave_up = Client(*server).complete({{"prompt", "x"}})->status; });
  EXPECT_TRUE(comes_true([&] { return metric(client, "vllm:num_requests_waiting") == 1; }));
  EXPECT_EQ(client.complete({{"prompt", "x"}, {"stream", true}})->status, 429);
  waits.join();
  EXPECT_EQ(gave_up, 504);
  long_one.join();
  EXPECT_EQ(metric(client, "ridgeline_requests_refused_total"), 1);
  EXPECT_EQ(metric(client, "ridgeline_requests_timed_out_total"), 1);
  EXPECT_EQ(metric(client, "vllm:request_success_total", ",finished_reason=\"length\""), 1);
}

TEST(EndpointServing, ItsOwnLimitIs503) {
  EndpointOptions options;
  options.most_requests = 1;
  const auto server = start(even_system(), options);
  std::thread long_one([&] { Client(*server).complete({{"prompt", "x"}, {"max_tokens", 400}}); });  // 2 s
  Client client(*server);
  EXPECT_TRUE(comes_true([&] { return metric(client, "vllm:num_requests_running") == 1; }));
  EXPECT_EQ(client.complete({{"prompt", "x"}})->status, 503);
  long_one.join();
  EXPECT_EQ(server->stop().turned_away, 1U);
}

TEST(EndpointServing, WhoGoesAwayLeavesTheBatch) {
  const auto server = start(even_system());
  const json endless{{"prompt", "x"}, {"max_tokens", 8000}, {"stream", true}};  // 40 s
  EXPECT_LT(Client(*server).stream("/v1/completions", endless, 2).data.size(), 4000U);
  Client client(*server);
  EXPECT_TRUE(comes_true([&] { return metric(client, "ridgeline_requests_cancelled_total") == 1; }));
  EXPECT_TRUE(comes_true([&] { return metric(client, "vllm:num_requests_running") == 0; }));
}

TEST(EndpointServing, StoppingBreaksOff) {
  const auto server = start(even_system());
  std::thread client([&] {
    const Events events =
        Client(*server).stream("/v1/completions", {{"prompt", "x"}, {"max_tokens", 8000}, {"stream", true}});
    EXPECT_LT(events.data.size(), 8000U);
    EXPECT_EQ(std::count(events.data.begin(), events.data.end(), "[DONE]"), 0);
  });
  {
    Client watches(*server);
    EXPECT_TRUE(comes_true([&] { return metric(watches, "vllm:generation_tokens_total") > 3; }));
  }
  const EndpointReport report = server->stop();
  client.join();
  EXPECT_EQ(report.counts.cancelled, 1U);
  EXPECT_TRUE(report.run.queries.empty());
}

TEST(EndpointServing, MetricsAddUp) {
  const auto server = start(even_system());
  Client client(*server);
  for (int i = 0; i < 3; ++i) client.complete({{"prompt", "two words"}, {"max_tokens", 5}});
  EXPECT_EQ(metric(client, "vllm:prompt_tokens_total"), 6);
  EXPECT_EQ(metric(client, "vllm:generation_tokens_total"), 15);
  // 10 ms to the first token, 5 ms to each of four more.
  EXPECT_EQ(metric(client, "vllm:time_to_first_token_seconds_bucket", ",le=\"0.005\""), 0);
  EXPECT_EQ(metric(client, "vllm:time_to_first_token_seconds_bucket", ",le=\"0.01\""), 3);
  EXPECT_EQ(metric(client, "vllm:inter_token_latency_seconds_count"), 12);
  EXPECT_NEAR(metric(client, "vllm:inter_token_latency_seconds_sum"), 0.06, 1e-9);
  EXPECT_NEAR(metric(client, "vllm:e2e_request_latency_seconds_sum"), 0.09, 1e-9);
  EXPECT_EQ(metric(client, "ridgeline_token_lateness_seconds_count"), 3);  // whole answers
  EXPECT_EQ(metric(client, "vllm:num_requests_running"), 0);
}

/// Nearest rank, as summarize() has it.
Nanoseconds percentile(std::vector<Nanoseconds> of, double p) {
  std::sort(of.begin(), of.end());
  return of[static_cast<std::size_t>(p * static_cast<double>(of.size()))];
}

// The closed loop: 120 Poisson arrivals over HTTP against the simulation of the same arrivals and lengths. A
// full batch of 64 takes 150 x 0.05 ms + 30 x (5 + 64 x 0.2 ms) / 64 = 15.8 ms for a mean request, so that 32
// a second are half of what the system can do.
TEST(EndpointServing, LatenciesOverHttpAreTheSimulations) {
  LinearCosts costs;
  costs.step = 5ms;
  costs.sequence = 200us;
  costs.prompt_token = 50us;
  ContinuousSystem system = even_system();
  system.times = *StepTimes::linear(costs, {64, 8192, {}});
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::server);
  schedule.scenario.target_qps = 32;
  schedule.scenario.min_duration = 0ns;
  RandomStream random(11, "arrivals");
  for (Nanoseconds at{0}; schedule.arrivals.size() < 120; at += random.exponential_gap(Hertz(32))) {
    schedule.arrivals.push_back(at);
    schedule.lengths.push_back({static_cast<std::uint32_t>(50 + random.below(200)),
                                static_cast<std::uint32_t>(10 + random.below(40))});
  }
  const auto simulated = simulate_continuous(schedule, system);
  ASSERT_TRUE(simulated);
  std::vector<Nanoseconds> expected, seen(schedule.arrivals.size());
  for (const QueryRecord& q : simulated->queries) expected.push_back(q.latency());

  const auto server = start(system);
  const auto begin = Clock::now() + 200ms;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < schedule.arrivals.size(); ++i) {
    threads.emplace_back([&, i] {
      Client client(*server);
      const json body{{"prompt", std::vector<int>(schedule.lengths[i].input, 1)},
                      {"max_tokens", schedule.lengths[i].output},
                      {"stream", true}};
      std::this_thread::sleep_until(begin + schedule.arrivals[i]);
      const Events events = client.stream("/v1/completions", body);
      ASSERT_EQ(events.data.size(), schedule.lengths[i].output + 1);
      seen[i] = events.at.back() - (begin + schedule.arrivals[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const EndpointReport report = server->stop();
  EXPECT_EQ(report.counts.completed, 120U);
  for (const double p : {0.5, 0.99}) {
    const double simulation = to_seconds(percentile(expected, p)).value();
    const double http = to_seconds(percentile(seen, p)).value();
    std::printf("P%g: simulated %.2f ms, over HTTP %.2f ms, %+.2f %%\n", 100 * p, simulation * 1e3,
                http * 1e3, 100 * (http / simulation - 1));
    EXPECT_GT(http, 0.8 * simulation);
    EXPECT_LT(http, 2 * simulation + 1);
  }
  std::printf("lateness: P50 %.0f us, P99 %.0f us, max %.0f us\n",
              to_seconds(*report.lateness.quantile(0.5)).value() * 1e6,
              to_seconds(*report.lateness.quantile(0.99)).value() * 1e6,
              to_seconds(*report.lateness.max()).value() * 1e6);
}

}  // namespace
}  // namespace ridgeline::endpoint
