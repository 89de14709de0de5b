// Interference and heat in engines that batch continuously: laws, and cases that add up by hand.

#include <gtest/gtest.h>

#include <cmath>

#include "continuous_systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Nanoseconds zero{0};

Schedule offline(std::uint32_t requests) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(ScenarioKind::offline);
  schedule.scenario.target_qps = 1;
  schedule.scenario.min_duration = zero;
  schedule.samples = requests;
  return schedule;
}

Nanoseconds end_of(const Played& played) { return played.run.queries.back().completed; }

/// A stretch of the whole, and its standard error, when n passes of t seconds each are disturbed apart.
struct Expected {
  Interference interference;
  double variance = 0;  ///< of one pass of t, s^2
};

Expected noise(double sigma, double t) {
  Expected e;
  e.interference.noise_sigma = sigma;
  e.variance = t * t * (std::exp(sigma * sigma) - 1);
  return e;
}
/// Poisson strikes: Var = r t E[L^2].
Expected pauses(double t) {
  Expected e;
  e.interference.pause_rate = Hertz(20);
  e.interference.pause_lengths = {milliseconds(1), milliseconds(5)};
  e.variance = 20 * t * (1e-6 + 25e-6) / 2;
  return e;
}
Expected switches(double t) {
  Expected e;
  e.interference.context_switch_rate = Hertz(500);
  e.interference.context_switch_cost = microseconds(20);
  e.interference.cache_refill = microseconds(80);
  e.variance = 500 * t * 1e-8;
  return e;
}
/// Bursts of mean B after gaps of mean B (1 - b) / b: E[L^2] = 2 B^2.
Expected background(double t) {
  Expected e;
  e.interference.background_load = 0.25;
  e.interference.background_burst = milliseconds(4);
  e.variance = t * 0.25 / 0.75 / 0.004 * 2 * 0.004 * 0.004;
  return e;
}

// Offline the passes are the same whatever they take, so that the ends compare.
TEST(ContinuousInterference, StretchesABusyEngineByItsMean) {
  const ContinuousSystem quiet = continuous();
  const Played still = play(offline(2000), quiet);
  const double passes = double(still.counts.passes), t = to_seconds(end_of(still)).value() / passes;
  for (const Expected& e : {noise(0.4, t), pauses(t), switches(t), background(t)}) {
    ContinuousSystem system = quiet;
    system.interference = e.interference;
    system.seed = 3;
    const Played disturbed = play(offline(2000), system);
    EXPECT_EQ(disturbed.counts.passes, still.counts.passes);
    const double stretch = end_of(disturbed) / std::chrono::duration<double, std::nano>(end_of(still));
    // Passes that compute prompts are longer than those that decode: Var of noise grows by less than 2.
    const double error = std::sqrt(2 * passes * e.variance) / (passes * t);
    EXPECT_NEAR(stretch, mean_stretch(e.interference), 5 * error);
    EXPECT_LT(5 * error, 0.1);
  }
}

// Stepping one by one under disturbances that practically never come is the quiet run, to the nanosecond.
TEST(ContinuousInterference, ThatNeverComesChangesNothing) {
  const Schedule schedule = server_schedule(500, Hertz(20), 7);
  ContinuousSystem system = continuous();
  system.lengths = {200, 40};
  const Played quiet = play(schedule, system);
  system.interference.pause_rate = Hertz(1e-12);
  system.interference.pause_lengths = {seconds(1)};
  const Played same = play(schedule, system);
  for (std::size_t i = 0; i < 500; ++i) {
    ASSERT_EQ(same.run.queries[i].completed, quiet.run.queries[i].completed) << i;
    ASSERT_EQ(same.run.queries[i].first_token, quiet.run.queries[i].first_token) << i;
    ASSERT_EQ(same.run.phases[i].interference, zero);
  }
  EXPECT_EQ(same.counts.passes, quiet.counts.passes);
}

// Every pass of 5.01, 10.1.. ms is hit: 1 factor of 2. What is interference is half of the latency.
TEST(ContinuousInterference, HasItsShareOfEachLatency) {
  ContinuousSystem system = continuous();
  system.interference.noise_factors = {2};
  const Played p = play(arrivals_at({zero}, {{100, 3}}), system);
  const Nanoseconds prompt = milliseconds(6), steps = 2 * Nanoseconds(10'100'000) + Nanoseconds(100 + 101);
  EXPECT_EQ(p.run.queries[0].completed, 2 * (prompt + steps));
  EXPECT_EQ(p.run.phases[0].prefill, prompt);
  EXPECT_EQ(p.run.phases[0].decode, steps);
  EXPECT_EQ(p.run.phases[0].interference, prompt + steps);
}

// Each replica has streams of its own, and they stay when another replica comes.
TEST(ContinuousInterference, OfAReplicaIsItsOwn) {
  ContinuousSystem system = continuous();
  system.interference.noise_sigma = 0.3;
  const Schedule one = arrivals_at({zero}, {{100, 10}}), two = arrivals_at({zero, zero}, {{100, 10}});
  const Played alone = play(one, system);
  system.replicas = 2;
  const Played both = play(two, system);
  EXPECT_EQ(both.run.queries[0].completed, alone.run.queries[0].completed);
  EXPECT_NE(both.run.queries[1].completed, alone.run.queries[0].completed);
  EXPECT_EQ(play(two, system).run.queries[1].completed, both.run.queries[1].completed);
  system.seed = 1;
  EXPECT_NE(play(two, system).run.queries[1].completed, both.run.queries[1].completed);
}

// Strikes come in computing time: none while an engine idles.
TEST(ContinuousInterference, StandsStillWhileIdle) {
  ContinuousSystem system = continuous();
  system.interference.pause_rate = Hertz(100);
  system.interference.pause_lengths = {milliseconds(3)};
  const Played soon = play(arrivals_at({zero, seconds(1)}, {{100, 10}}), system);
  const Played late = play(arrivals_at({zero, seconds(1000)}, {{100, 10}}), system);
  EXPECT_GT(soon.run.phases[1].interference, zero);
  EXPECT_EQ(soon.run.queries[1].latency(), late.run.queries[1].latency());
}

template <class Q>
Sourced<Q> assumed(double value) {
  return {Q(value), {}, {}};
}

/// 1 W idle, 5 W active, 20 J/K behind 4 K/W: above 25 °C by up to 20 K, with a time constant of 80 s.
HeatModel warm(double trip, double release, std::vector<ClockStep> steps) {
  HeatModel model;
  model.ambient_celsius = assumed<double>(25);
  model.idle = assumed<Watts>(1);
  model.active = assumed<Watts>(5);
  model.nodes = {{"node", assumed<double>(20), assumed<double>(4)}};
  model.steps = std::move(steps);
  model.governor = {0, assumed<double>(trip), assumed<double>(release), assumed<Seconds>(0.5)};
  return model;
}

// Hot at the first look, after 0.5 s, and never cool again at half the clock. What computing binds, 0.4 of
// the rest, then takes twice as long.
TEST(ContinuousHeat, StretchesWhatComputingBinds) {
  LinearCosts costs = plain_costs();
  const Schedule schedule = arrivals_at({zero}, {{100, 200}});
  const Played cold = play(schedule, continuous(costs));
  costs.compute_share = 0.4;
  ContinuousSystem system = continuous(costs);
  system.heat = warm(25.001, 25.0005, {{1, 1}, {0.5, 0.3}});
  const Played hot = play(schedule, system);
  const double table = double(end_of(cold).count()), rest = table - 0.5e9;
  EXPECT_NEAR(double(end_of(hot).count()), 0.5e9 + rest * 1.4, 250);  // rounded once a pass
  EXPECT_NEAR(double(hot.run.phases[0].throttling.count()), rest * 0.4, 250);
  EXPECT_EQ(hot.run.phases[0].total(), end_of(hot));
  EXPECT_EQ(hot.run.phases[0].interference, zero);
  EXPECT_EQ(hot.run.phases[0].prefill, cold.run.phases[0].prefill);
}

// An hour without a break ends among the steps that the closed form says keep themselves, by hand in
// heat_test.cpp: from 0.65 of the clock down.
TEST(ContinuousHeat, SettlesWhereTheClosedFormSays) {
  ContinuousSystem system = continuous();
  system.lengths = {500, 400};
  system.windows = 40;
  std::vector<ClockStep> steps;
  for (double f = 1; f > 0.19; f -= 0.05) steps.push_back({f, f * std::pow(0.6 + 0.4 * f, 2)});
  system.heat = warm(37, 35.5, steps);
  const Played p = play(offline(18'000), system);
  ASSERT_GT(end_of(p), minutes(40));
  const SteadyHeat steady = steady_heat(*system.heat);
  ASSERT_NEAR(steady.clock, 0.65, 1e-12);
  double clock = 0, energy = 0, seconds_seen = 0;
  const auto& windows = p.run.windows;
  const std::size_t half = windows.size() / 2, last = windows.size() - 1;
  for (std::size_t w = half; w < last; ++w) {
    clock += *windows[w].clock / double(last - half);
    energy += windows[w].energy->value();
    seconds_seen += to_seconds(windows[w + 1].start - windows[w].start).value();
  }
  EXPECT_GT(clock, 0.98 * steady.least_clock);
  EXPECT_LT(clock, 1.02 * steady.clock);
  EXPECT_LT(energy / seconds_seen, 1.02 * steady.power.value());
  EXPECT_GT(*windows[last - 1].celsius, steady.least_celsius - 0.5);
  EXPECT_LT(*windows[last - 1].celsius, system.heat->governor.trip_celsius.value + 0.5);
  const auto lasting = endurance(p.run);
  ASSERT_TRUE(lasting);
  EXPECT_NEAR(lasting->kept, clock, 0.1 * clock);  // computing binds all of a pass
}

// Idle, then active for the time of the passes, of each of the devices.
TEST(ContinuousHeat, CountsTheEnergyOfEveryDevice) {
  ContinuousSystem system = continuous();
  system.heat = warm(90, 80, {{1, 1}});
  system.replicas = 2;
  system.devices = 4;
  const Played p = play(arrivals_at({seconds(10)}, {{100, 500}}), system);
  const double end = to_seconds(end_of(p)).value(), busy = end - 10;
  double joules = 0;
  for (const Window& w : p.run.windows) joules += w.energy->value();
  EXPECT_NEAR(joules, 4 * (2 * end * 1 + busy * 4), 1e-6 * joules);
}

TEST(ContinuousHeat, AndInterferenceAreRefusedWhenTheyMakeNoSense) {
  const Schedule schedule = arrivals_at({zero}, {{100, 3}});
  ContinuousSystem system = continuous();
  system.interference.noise_sigma = -1;
  EXPECT_FALSE(simulate_continuous(schedule, system));
  system.interference = {};
  system.interference.pause_rate = Hertz(1);
  system.interference.pause_lengths = {std::chrono::hours(1)};
  const auto endless = simulate_continuous(schedule, system);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().message,
            "interference: passes would take 3.6e+03 times the table; must be at most 1000");
  system.interference = {};
  system.heat = warm(20, 15, {{1, 1}});
  EXPECT_FALSE(simulate_continuous(schedule, system));
}

}  // namespace
}  // namespace ridgeline::serve
