// Two roads to one answer: where the governor leaves a device after many time constants, and the closed form.

#include <gtest/gtest.h>

#include <algorithm>

#include "serve/heat_device.h"

namespace ridgeline::serve {
namespace {

HeatModel shipped(const std::string& id) {
  const auto model = read_heat_model(std::string(RIDGELINE_DATA_DIR) + "/heat/" + id + ".yaml");
  EXPECT_TRUE(model) << model.error().message;
  return model ? *model : HeatModel{};
}

/// Sum over the nodes of capacity times the resistance from there to the air: at least the slowest time
/// constant of the chain.
Seconds slowest(const HeatModel& model) {
  double resistance = 0, sum = 0;
  for (std::size_t i = model.nodes.size(); i > 0; --i) {
    resistance += model.nodes[i - 1].kelvin_per_watt.value;
    sum += resistance * model.nodes[i - 1].joules_per_kelvin.value;
  }
  return Seconds(sum);
}

/// Settled, heat flows from the first node to the sensor and on to the air through resistances in series.
double hottest(const HeatModel& model, double at_sensor) {
  double seen = 0, all = 0;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    all += model.nodes[i].kelvin_per_watt.value;
    if (i >= model.governor.sensor) seen += model.nodes[i].kelvin_per_watt.value;
  }
  return model.ambient_celsius.value + (at_sensor - model.ambient_celsius.value) * all / seen;
}

/// Busy for the share `load` of every quarter of a period, so that the mean power is what counts.
void live(HeatDevice& device, double load, Seconds time) {
  const Nanoseconds slice = device.slot_length() / 4, end = device.now() + to_nanoseconds(time);
  const Nanoseconds busy(static_cast<std::int64_t>(load * static_cast<double>(slice.count())));
  while (device.now() < end) {
    const Nanoseconds from = device.now();
    device.stall(busy);
    device.idle_until(from + slice);
  }
}

struct Course {
  double clock = 0, celsius = 0;  ///< means; the temperature is the hottest node's
};
Course course_of(const HeatDevice& device, std::size_t from) {
  Course mean;
  double seconds = 0, slots = 0;
  for (std::size_t i = from; i + 1 < device.slots().size(); ++i, ++slots) {
    seconds += device.slots()[i].seconds;
    mean.clock += device.slots()[i].clock_seconds;
    mean.celsius += device.slots()[i].celsius;
  }
  return {mean.clock / seconds, mean.celsius / slots};
}

/// After 12 slowest time constants at `before` and 12 at `load`, over 6 more.
Course settled(const HeatModel& model, double before, double load) {
  HeatDevice device(model);
  live(device, before, 12 * slowest(model));
  live(device, load, 12 * slowest(model));
  const std::size_t from = device.slots().size();
  live(device, load, 6 * slowest(model));
  return course_of(device, from);
}

/// The model whose steady state a device with this load reaches: its mean power is that of a service that
/// never pauses and takes so much less.
HeatModel at_load(HeatModel model, double load) {
  model.active.value = model.idle.value + load * (model.active.value - model.idle.value);
  return model;
}

struct Device {
  const char* id;
  double power = 1;  ///< so many times its dynamic power
};
class Governed : public testing::TestWithParam<Device> {
 protected:
  HeatModel in_air(double below_release) const {
    HeatModel model = at_load(shipped(GetParam().id), GetParam().power);
    model.ambient_celsius.value = model.governor.release_celsius.value - below_release;
    return model;
  }
};

// Air from far below release, where nothing throttles, to two degrees below, where most devices stand above
// trip at their last step; from cold, and from the heat of full load. Where the closed form has several
// steady states a device may come to rest at any of them. Tolerances: half a step of the clock, and 1 K,
// since a device that wanders between two steps swings by more than that.
TEST_P(Governed, EndsWhereTheClosedFormSays) {
  for (const double below : {2.0, 8.0, 14.0, 20.0, 30.0, 45.0}) {
    const HeatModel model = in_air(below);
    for (const double load : {1.0, 0.7, 0.4}) {
      const SteadyHeat steady = steady_heat(at_load(model, load));
      for (const double before : {0.0, 1.0}) {
        SCOPED_TRACE(testing::Message() << below << " K, load " << load << ", before " << before);
        const Course found = settled(model, before, load);
        EXPECT_GT(found.clock, steady.least_clock - 0.025);
        EXPECT_LT(found.clock, steady.clock + 0.025);
        EXPECT_GT(found.celsius, hottest(model, steady.least_celsius) - 1);
        EXPECT_LT(found.celsius, hottest(model, steady.celsius) + 1);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Governed,
                         testing::Values(Device{"datacenter-gpu"}, Device{"jetson"}, Device{"phone"},
                                         Device{"ar-glasses"}, Device{"mcu", 5}),
                         [](const auto& device) {
                           std::string name = device.param.id;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

// By hand, glasses at 20 degC and 70 % of their dynamic power in the air of 31 degC: the frame settles at
// 31 + 14 (0.3 + 0.7 x 1.7 p), p(0.45) = 0.274 and p(0.4) = 0.231: 39.76 and 39.05, both in the band.
TEST(SteadyHeat, NamesTheCoolestOfSeveralSteadyStates) {
  HeatModel model = at_load(shipped("ar-glasses"), 0.7);
  model.ambient_celsius.value = 31;
  const SteadyHeat steady = steady_heat(model);
  EXPECT_NEAR(steady.clock, 0.45, 1e-12);
  EXPECT_NEAR(steady.celsius, 31 + 14 * (0.3 + 0.7 * 1.7 * 0.274), 1e-9);
  EXPECT_NEAR(steady.least_clock, 0.4, 1e-12);
  EXPECT_NEAR(steady.least_celsius, 31 + 14 * (0.3 + 0.7 * 1.7 * 0.231), 1e-9);
}

// The last step of the glasses settles at 35 + 14 (0.3 + 1.7 x 0.065) = 40.7 degC, above trip: there is
// nothing to wander to.
TEST(SteadyHeat, IsTheLastStepWhereEvenThatIsTooHot) {
  HeatModel model = shipped("ar-glasses");
  model.ambient_celsius.value = 35;
  const SteadyHeat steady = steady_heat(model);
  EXPECT_EQ(steady.clock, 0.15);
  EXPECT_EQ(steady.least_clock, 0.15);
  EXPECT_NEAR(steady.celsius, 35 + 14 * (0.3 + 1.7 * 0.065), 1e-9);
}

}  // namespace
}  // namespace ridgeline::serve
