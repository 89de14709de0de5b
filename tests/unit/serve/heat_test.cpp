// Temperatures against closed forms; clocks against the steady state; the shipped models.

#include <gtest/gtest.h>

#include <cmath>

#include "serve/heat_device.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

template <class Q>
Sourced<Q> assumed(double value) {
  return {Q(value), {}, {}};
}

HeatNode node(double joules_per_kelvin, double kelvin_per_watt) {
  return {"node", assumed<double>(joules_per_kelvin), assumed<double>(kelvin_per_watt)};
}

/// 1 W idle, 5 W active, one node of 20 J/K behind 4 K/W: a time constant of 80 s; 25 °C + 5 W x 4 K/W = 45.
HeatModel one_node(double trip, double release) {
  HeatModel model;
  model.ambient_celsius = assumed<double>(25);
  model.idle = assumed<Watts>(1);
  model.active = assumed<Watts>(5);
  model.nodes = {node(20, 4)};
  for (double clock = 1; clock > 0.19; clock -= 0.05)
    model.steps.push_back({clock, clock * std::pow(0.6 + 0.4 * clock, 2)});
  model.governor = {0, assumed<double>(trip), assumed<double>(release), assumed<Seconds>(0.5)};
  return model;
}

// T = T_amb + P R (1 - e^{-t / RC}), in one stretch or in many.
TEST(HeatNetwork, OfOneNodeFollowsTheClosedForm) {
  HeatNetwork once({node(20, 4)}, 25), often({node(20, 4)}, 25);
  once.advance(Watts(5), Seconds(100));
  for (int i = 0; i < 1000; ++i) often.advance(Watts(5), Seconds(0.1));
  const double expected = 25 + 5 * 4 * (1 - std::exp(-100.0 / 80));
  EXPECT_NEAR(once.celsius(0), expected, 1e-12);
  EXPECT_NEAR(often.celsius(0), expected, 1e-10);
  once.advance(Watts(0), Seconds(50));
  EXPECT_NEAR(once.celsius(0), 25 + (expected - 25) * std::exp(-50.0 / 80), 1e-12);
}

// Settled, all power flows through every resistance: node i stands P x (R_i + ... + R_last) above the air.
TEST(HeatNetwork, SettlesAsResistancesInSeries) {
  HeatNetwork network({node(2, 3), node(10, 5), node(100, 2)}, 20);
  network.advance(Watts(4), Seconds(1e5));
  EXPECT_NEAR(network.celsius(0), 20 + 4 * 10.0, 1e-9);
  EXPECT_NEAR(network.celsius(1), 20 + 4 * 7.0, 1e-9);
  EXPECT_NEAR(network.celsius(2), 20 + 4 * 2.0, 1e-9);
  EXPECT_EQ(network.hottest(), network.celsius(0));
}

/// The same chain by small explicit steps (Heun): another road to the temperatures on the way.
std::vector<double> integrated(const std::vector<HeatNode>& nodes, double watts, double time, int steps) {
  std::vector<double> above(nodes.size());
  const auto slope = [&](const std::vector<double>& t) {
    std::vector<double> flow(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const double in = i == 0 ? watts : (t[i - 1] - t[i]) / nodes[i - 1].kelvin_per_watt.value;
      const double next = i + 1 < nodes.size() ? t[i + 1] : 0;
      flow[i] = (in - (t[i] - next) / nodes[i].kelvin_per_watt.value) / nodes[i].joules_per_kelvin.value;
    }
    return flow;
  };
  const double h = time / steps;
  for (int s = 0; s < steps; ++s) {
    const auto a = slope(above);
    std::vector<double> guess = above;
    for (std::size_t i = 0; i < above.size(); ++i) guess[i] += h * a[i];
    const auto b = slope(guess);
    for (std::size_t i = 0; i < above.size(); ++i) above[i] += h * (a[i] + b[i]) / 2;
  }
  return above;
}

TEST(HeatNetwork, OfThreeNodesAgreesWithSmallSteps) {
  const std::vector<HeatNode> nodes{node(2, 3), node(10, 5), node(100, 2)};
  for (const double time : {1.0, 10.0, 100.0}) {
    HeatNetwork network(nodes, 0);
    network.advance(Watts(4), Seconds(time));
    const auto expected = integrated(nodes, 4, time, 200'000);
    for (std::size_t i = 0; i < nodes.size(); ++i) EXPECT_NEAR(network.celsius(i), expected[i], 1e-6);
  }
}

// Half of the work stretches: at half the clock a second of work takes 0.5 / 0.5 + 0.5 = 1.5 s.
TEST(HeatDevice, OnlyComputeBoundTimeStretches) {
  HeatModel model = one_node(25.001, 25.0005);
  model.ambient_celsius.value = 25;
  model.steps = {{1, 1}, {0.5, 0.3}};
  HeatDevice device(model);
  double left = 0.5e9;
  EXPECT_EQ(device.compute(left, 0.5, minutes(1)), milliseconds(500));  // hot at the first look
  EXPECT_EQ(left, 0);
  EXPECT_EQ(device.clock(), 0.5);
  left = 1e9;
  EXPECT_EQ(device.compute(left, 0.5, minutes(1)), milliseconds(1500));
  left = 1e9;
  EXPECT_EQ(device.compute(left, 0, minutes(1)), seconds(1));  // memory has a clock of its own
  left = 1e9;
  EXPECT_EQ(device.compute(left, 1, milliseconds(400)), milliseconds(400));
  EXPECT_NEAR(left, 0.8e9, 1);
}

// One look a period: a step down above trip, a step up below release, unless ten periods on it would be back
// at this pace.
TEST(HeatDevice, GovernsWithHysteresis) {
  HeatModel model = one_node(34.6, 34.5);
  HeatDevice device(model);
  double hottest = 0, clock = 1, before = 25;
  int down = 0, up = 0;
  for (int look = 0; look < 4000; ++look) {
    device.stall(milliseconds(500));
    const double seen = device.slots()[device.slots().size() - 2].celsius, ahead = 11 * seen - 10 * before;
    const bool slower = seen > 34.6 && ahead > 34.6, faster = seen < 34.5 && ahead < 34.5 && clock < 1;
    ASSERT_EQ(device.clock() < clock, slower) << look;
    ASSERT_EQ(device.clock() > clock, faster) << look;
    down += slower ? 1 : 0;
    up += faster ? 1 : 0;
    hottest = std::max(hottest, seen);
    clock = device.clock();
    before = seen;
  }
  EXPECT_GT(down, up);
  EXPECT_GT(up, 10);  // steps settle at 34.12 and 34.92, none in the band: it wanders
  // 5 W / 20 J/K is 0.25 K/s at most, and 17 steps take 8.5 s at most.
  EXPECT_LT(hottest, 34.6 + 8.5 * 0.25);
}

// Energy is power times time; the clock never moves below trip.
TEST(HeatDevice, AddsUpEnergy) {
  const HeatModel model = one_node(90, 80);
  HeatDevice device(model);
  device.idle_until(seconds(10));
  device.stall(seconds(20));
  device.idle_until(seconds(35));
  double joules = 0, lived = 0;
  for (const auto& slot : device.slots()) joules += slot.joules, lived += slot.seconds;
  EXPECT_NEAR(joules, 1 * 15 + 5 * 20, 1e-9);
  EXPECT_NEAR(lived, 35, 1e-9);
}

Run saturated(const HeatModel& model, Nanoseconds duration, double compute_share) {
  SimulatedSystem system = make_system(linear_table(milliseconds(50), Nanoseconds(0), 1));
  system.service.compute_share = {compute_share};
  system.heat = model;
  system.windows = 40;
  Schedule schedule = closed_loop_schedule(ScenarioKind::single_stream, 1);
  schedule.scenario.min_duration = duration;
  return run_of(schedule, system);
}

double mean_clock(const Run& run, std::size_t from_window) {
  double sum = 0;
  for (std::size_t w = from_window; w < run.windows.size(); ++w) sum += *run.windows[w].clock;
  return sum / double(run.windows.size() - from_window);
}

// The second half of an hour, 22 time constants after the start, against the closed form, or between its two
// ends where it has several steady states (25 and 30 degC). One step of the clock is 5 to 20 % of it, so that
// 5 % tells the right one.
TEST(SteadyHeat, IsWhereASaturatedDeviceEndsUp) {
  for (const double ambient : {0.0, 15.0, 20.0, 25.0, 30.0}) {
    HeatModel model = one_node(37, 35.5);
    model.ambient_celsius.value = ambient;
    const SteadyHeat steady = steady_heat(model);
    const auto run = saturated(model, minutes(60), 1);
    EXPECT_EQ(steady.throttled, ambient + 20 > 37);
    EXPECT_GT(mean_clock(run, 20), 0.95 * steady.least_clock) << ambient;
    EXPECT_LT(mean_clock(run, 20), 1.05 * steady.clock) << ambient;
    EXPECT_GT(*run.windows.back().celsius, steady.least_celsius - 1) << ambient;
    EXPECT_LT(*run.windows.back().celsius, steady.celsius + 1) << ambient;
    const double watts = run.windows.back().energy->value() / 90;  // 3600 s / 40
    EXPECT_NEAR(watts, (*run.windows.back().celsius - ambient) / 4, 0.06 * watts) << ambient;
  }
}

// By hand: 25 + 4 (1 + 4 p) <= 37 asks for p <= 0.5; the steps are p(0.65) = 0.481, p(0.7) = 0.542. At 0.65
// it settles at 36.69, inside the band: it stays there.
TEST(SteadyHeat, IsTheHottestStepBelowTrip) {
  const SteadyHeat steady = steady_heat(one_node(37, 35.5));
  EXPECT_NEAR(steady.clock, 0.65, 1e-12);
  EXPECT_NEAR(steady.celsius, 25 + 4 * (1 + 4 * 0.65 * 0.86 * 0.86), 1e-9);
}

HeatModel shipped(const char* id) {
  const auto model = read_heat_model(std::string(RIDGELINE_DATA_DIR) + "/heat/" + id + ".yaml");
  EXPECT_TRUE(model) << model.error().message;
  return model ? *model : HeatModel{};
}

// A device in a room: phones and glasses slow down, the others do not.
TEST(ShippedHeat, SlowsWhatHasNoFan) {
  for (const char* id : {"phone", "ar-glasses"}) {
    const auto result = endurance(saturated(shipped(id), minutes(60), 1));
    ASSERT_TRUE(result);
    EXPECT_NEAR(result->at_first.value(), 20, 0.1) << id;
    EXPECT_LT(result->sustained.value(), 0.8 * 20) << id;
    EXPECT_GT(result->sustained.value(), 0.2 * 20) << id;
  }
  for (const char* id : {"datacenter-gpu", "jetson", "mcu"}) {
    const auto result = endurance(saturated(shipped(id), minutes(60), 1));
    ASSERT_TRUE(result);
    EXPECT_NEAR(result->sustained.value(), result->at_first.value(), 0.05) << id;
    EXPECT_FALSE(steady_heat(shipped(id)).throttled) << id;
  }
}

// What memory binds keeps its speed in the heat.
TEST(ShippedHeat, DoesNotSlowWhatMemoryBinds) {
  const auto run = saturated(shipped("phone"), minutes(30), 0);
  EXPECT_LT(mean_clock(run, 30), 0.8);
  EXPECT_EQ(run.queries.back().latency(), milliseconds(50));
}

TEST(Endurance, CountsEnergy) {
  const auto run = saturated(shipped("mcu"), minutes(10), 1);
  const auto result = endurance(run);
  ASSERT_TRUE(result && result->energy && result->per_query);
  EXPECT_NEAR(result->energy->value(), 0.05 * 600, 0.01);             // active without a break
  EXPECT_NEAR(result->per_query->value(), 0.05 * 0.050, 1e-6);        // 50 ms each
  EXPECT_FALSE(endurance(saturated(shipped("mcu"), minutes(1), 1)));  // too short to tell
}

TEST(HeatModel, RefusesNonsense) {
  const auto message = [](auto spoil) {
    HeatModel model = one_node(37, 35);
    spoil(model);
    const Status status = validate(model);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(message([](HeatModel&) {}), "");
  EXPECT_EQ(message([](HeatModel& m) { m.nodes.clear(); }), "heat: 0 nodes; must be 1 to 8");
  EXPECT_EQ(message([](HeatModel& m) { m.nodes[0].kelvin_per_watt.value = 0; }),
            "heat: the thermal resistance of node is 0; must be above 0");
  EXPECT_EQ(message([](HeatModel& m) { m.active.value = Watts(0.5); }),
            "heat: idle power 1 W and active power 0.5 W; must ascend from 0");
  EXPECT_EQ(message([](HeatModel& m) { m.steps[0].clock = 0.9; }),
            "heat: the first clock step must be the full clock: clock 1 and power 1");
  EXPECT_EQ(message([](HeatModel& m) { m.ambient_celsius.value = 36; }),
            "heat: ambient 36 °C, release 35 °C and trip 37 °C must ascend: the device could never cool");
}

}  // namespace
}  // namespace ridgeline::serve
