// Replicas, money and nines of a fleet, counted by hand: one replica sustains 10 queries a second.

#include "ridgeline/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "folder.h"

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

template <class Q>
Sourced<Q> stated(Q value) {
  return {value, {ProvenanceKind::given, "test", ""}, {}};
}

Hardware box() {
  Hardware h;
  h.id = "box";
  h.tdp = stated(Watts(1000));
  h.price = stated(Dollars(8766));  // over a year: 1 USD an hour
  return h;
}

ReplicaRate ten_a_second(unsigned devices = 1) {
  ReplicaRate rate;
  rate.found.smallest = rate.found.largest = 10;
  rate.found.mean.value = 10;
  rate.devices = devices;
  return rate;
}

/// Twelve hours at 15 queries a second, twelve at 45.
DemandCurve halves() { return {"halves", {{Seconds(0), 15}, {one_hour * 12, 45}}, Seconds(86400)}; }

FleetPolicy bare() {
  FleetPolicy policy;
  policy.headroom = 0;
  policy.spares = 0;
  policy.start_up = Seconds(0);
  return policy;
}

Economics rent() {
  Economics e;
  e.rent = stated(Dollars(2));
  e.idle = stated(Watts(200));
  e.carbon_per_joule = stated(360 / joules_per_kwh);
  return e;
}

FleetPlan plan_of(const DemandCurve& demand, const FleetPolicy& policy, const Economics& e,
                  const ReplicaRate& rate = ten_a_second()) {
  const auto plan = plan_fleet(demand, rate, policy, box(), e, Scenario(), {});
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan ? *plan : FleetPlan();
}

TEST(Fleet, ReplicasOfEachStep) {
  FleetPolicy policy = bare();
  EXPECT_EQ(plan_of(halves(), policy, rent()).replicas(), 5u);  // 45 / 10
  policy.headroom = 0.2;                                        // 18 and 54
  policy.spares = 2;
  const FleetPlan plan = plan_of(halves(), policy, rent());
  EXPECT_EQ(plan.steps[0].needed, 2u);
  EXPECT_EQ(plan.steps[1].needed, 6u);
  EXPECT_EQ(plan.steps[1].on, 8u);
  EXPECT_EQ(plan.replicas(), 8u);
  EXPECT_DOUBLE_EQ(plan.steps[1].load, 45.0 / 80);
}

TEST(Fleet, ARateThatDividesTheDemandNeedsNoReplicaMore) {
  // 3 x 0.1 is above 0.3 in binary.
  ReplicaRate rate = ten_a_second();
  rate.found.smallest = 0.1;
  const DemandCurve demand{"d", {{Seconds(0), 3 * 0.1}}, Seconds(3600)};
  EXPECT_EQ(plan_of(demand, bare(), rent(), rate).replicas(), 3u);
}

TEST(Fleet, TheIntervalOfTheRateIsOneOfReplicas) {
  ReplicaRate rate = ten_a_second();
  rate.found.mean = {11, 9.0, 13.0};
  const FleetPlan plan = plan_of(halves(), bare(), rent(), rate);
  EXPECT_EQ(plan.replicas_interval, std::pair(std::uint64_t{4}, std::uint64_t{5}));
}

TEST(Fleet, MoneyEnergyAndCarbonOfADay) {
  const FleetPlan plan = plan_of(halves(), bare(), rent());
  // Fixed: 5 x 24 h. Autoscaled: 12 h of 2 and 12 h of 5.
  EXPECT_DOUBLE_EQ(plan.fixed.device_hours, 120);
  EXPECT_DOUBLE_EQ(plan.autoscaled.device_hours, 84);
  // 12 h at 1.5 replicas' worth of work and 12 h at 4.5: 72.
  EXPECT_DOUBLE_EQ(plan.fixed.load, 72.0 / 120);
  EXPECT_DOUBLE_EQ(plan.autoscaled.load, 72.0 / 84);
  EXPECT_NEAR(*plan.fixed.of("cost").per_period, 240, 1e-9);
  EXPECT_NEAR(*plan.autoscaled.of("cost").per_period, 168, 1e-9);
  // 72 h at 1 kW, and the rest of what is on at 0.2 kW.
  const double fixed_kwh = 72 + 48 * 0.2, scaled_kwh = 72 + 12 * 0.2;
  EXPECT_NEAR(*plan.fixed.of("energy").per_period, fixed_kwh * 3.6e6, 1);
  EXPECT_NEAR(*plan.autoscaled.of("energy").per_period, scaled_kwh * 3.6e6, 1);
  EXPECT_NEAR(*plan.fixed.of("operational").per_period, fixed_kwh * 360, 1e-6);
  // (15 + 45) / 2 queries a second for a day.
  EXPECT_NEAR(*plan.fixed.of("cost").per_million, 240 / (30 * 86400.0) * 1e6, 1e-9);
  EXPECT_FALSE(plan.fixed.of("cost").per_million_tokens);
  EXPECT_FALSE(plan.fixed.of("embodied").per_period);
}

TEST(Fleet, WhatIsOwnedIsPaidForWhenItIsOffToo) {
  Economics e;
  e.years = stated(1.0);
  e.electricity = stated(dollars_per_kwh(0.5));
  e.idle = stated(Watts(200));
  e.carbon_per_joule = stated(360 / joules_per_kwh);
  e.embodied = stated(8766.0);  // 1 g an hour
  const FleetPlan plan = plan_of(halves(), bare(), e, ten_a_second(2));
  EXPECT_NEAR(*plan.fixed.of("capital").per_period, 240, 1e-9);
  EXPECT_NEAR(*plan.autoscaled.of("capital").per_period, 240, 1e-9);
  EXPECT_NEAR(*plan.autoscaled.of("embodied").per_period, 240, 1e-9);
  const double kwh = 2 * (72 + 12 * 0.2);
  EXPECT_NEAR(*plan.autoscaled.of("electricity").per_period, kwh * 0.5, 1e-9);
  EXPECT_NEAR(*plan.autoscaled.of("cost").per_period, 240 + kwh * 0.5, 1e-9);
  EXPECT_NEAR(*plan.autoscaled.of("carbon").per_period, 240 + kwh * 360, 1e-6);
}

TEST(Fleet, IdlePowerThatIsNotKnownIsABound) {
  Economics e = rent();
  e.idle.reset();
  const FleetPlan plan = plan_of(halves(), bare(), e);
  EXPECT_NEAR(*plan.fixed.of("energy").per_period, 120 * 3.6e6, 1);
  EXPECT_TRUE(plan.fixed.of("energy").part.at_most);
  EXPECT_EQ(plan.fixed.of("cost").part.at_most, false);
}

TEST(Fleet, ReplicasStartBeforeTheyAreNeeded) {
  FleetPolicy policy = bare();
  policy.start_up = one_hour;  // the five of noon are on from 11 h; the two of midnight from then
  EXPECT_DOUBLE_EQ(plan_of(halves(), policy, rent()).autoscaled.device_hours, 11 * 2 + 13 * 5);
  policy.start_up = one_hour * 13;  // at each moment noon or the afternoon is ahead
  EXPECT_DOUBLE_EQ(plan_of(halves(), policy, rent()).autoscaled.device_hours, 120);
}

TEST(Fleet, AvailabilityIsBinomial) {
  FleetPolicy policy = bare();
  policy.spares = 1;
  policy.mtbf = one_hour * 180;  // of two devices: 90 h
  policy.repair = one_hour * 10;
  const DemandCurve demand{"d", {{Seconds(0), 15}}, Seconds(86400)};
  const FleetPlan plan = plan_of(demand, policy, rent(), ten_a_second(2));
  ASSERT_TRUE(plan.availability);
  EXPECT_NEAR(plan.availability->replica, 0.9, 1e-12);
  EXPECT_EQ(plan.availability->least, 2u);
  // Two or three of three: 3 x 0.9^2 x 0.1 + 0.9^3.
  EXPECT_NEAR(plan.availability->fleet, 0.972, 1e-12);
  EXPECT_NEAR(plan.availability->hours_a_year, 0.028 * 8766, 1e-9);
  EXPECT_NEAR(plan.availability->failures_a_year, 3 * 8766.0 / 100, 1e-9);
}

TEST(Fleet, AsManySparesAsTheAvailabilityAsksFor) {
  FleetPolicy policy = bare();
  policy.mtbf = one_hour * 90;
  policy.repair = one_hour * 10;
  const DemandCurve demand{"d", {{Seconds(0), 15}}, Seconds(86400)};
  // Two of n: 0.81, 0.972, 0.9963, 0.99954.
  for (const auto& [asked, spares] :
       {std::pair(0.8, 0), std::pair(0.9, 1), std::pair(0.99, 2), std::pair(0.999, 3)}) {
    policy.availability = asked;
    EXPECT_EQ(plan_of(demand, policy, rent()).spares, static_cast<std::uint64_t>(spares)) << asked;
  }
}

TEST(Fleet, TheLastReplicaIsNoneAfterAFailure) {
  const DemandCurve demand{"d", {{Seconds(0), 5}}, Seconds(86400)};
  const FleetPlan plan = plan_of(demand, bare(), rent());
  EXPECT_EQ(plan.replicas(), 1u);
  EXPECT_EQ(plan.failure.replicas, 0u);
  EXPECT_EQ(plan.failure.not_simulated, "nothing serves until it is repaired");
}

TEST(Fleet, ThePeakIsSimulatedWithAllReplicasAndWithOneFewer) {
  std::vector<std::uint32_t> asked;
  const RunReplicas run = [&](const Scenario& scenario, std::uint32_t replicas) -> Result<ridgeline::Run> {
    EXPECT_EQ(scenario.target_qps, 45);
    asked.push_back(replicas);
    ridgeline::Run result;
    result.scenario = scenario;
    return result;
  };
  FleetPolicy policy = bare();
  policy.spares = 1;
  const auto plan = plan_fleet(halves(), ten_a_second(), policy, box(), rent(),
                               Scenario::mlperf(ScenarioKind::server), run);
  ASSERT_TRUE(plan);
  EXPECT_EQ(asked, (std::vector<std::uint32_t>{6, 5}));
  EXPECT_TRUE(plan->failure.summary);
  EXPECT_DOUBLE_EQ(plan->failure.load, 0.9);
}

TEST(Fleet, WhatMakesNoSense) {
  const auto message = [](auto change) {
    FleetPolicy policy = bare();
    Economics e = rent();
    change(policy, e);
    const auto plan = plan_fleet(halves(), ten_a_second(), policy, box(), e, Scenario(), {});
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_THAT(message([](FleetPolicy& p, Economics&) { p.headroom = -1; }), HasSubstr("headroom is -1"));
  EXPECT_THAT(message([](FleetPolicy& p, Economics&) { p.availability = 0.9; }), HasSubstr("needs the MTBF"));
  EXPECT_THAT(message([](FleetPolicy&, Economics& e) { e.utilisation = stated(0.5); }),
              HasSubstr("follows from the demand"));
  EXPECT_THAT(message([](FleetPolicy& p, Economics&) { p.repair = Seconds(0); }),
              HasSubstr("repair takes 0"));
}

TEST(Demand, ADayThatSwings) {
  const auto day = daily_demand(40, 10, 20);
  ASSERT_TRUE(day);
  ASSERT_EQ(day->points.size(), 24u);
  EXPECT_EQ(day->busiest(), 20u);
  EXPECT_DOUBLE_EQ(day->peak(), 40);
  EXPECT_NEAR(day->points[8].qps, 10, 1e-12);
  EXPECT_NEAR(day->points[14].qps, 25, 1e-12);  // a quarter of a day before the peak
  EXPECT_NEAR(day->mean(), 25, 1e-12);
  for (unsigned h = 0; h < 24; ++h)
    EXPECT_NEAR(day->points[h].qps, 25 + 15 * std::cos((h - 20.0) * std::acos(-1.0) / 12), 1e-12);
  EXPECT_FALSE(daily_demand(10, 11, 0));
  EXPECT_FALSE(daily_demand(0, 0, 0));
  EXPECT_FALSE(daily_demand(10, 1, 24));
}

TEST(Demand, FromAFile) {
  const Folder folder;
  const auto of_day = read_demand(folder.write("day.csv", "time,qps\n00:00,10\n06:00,30\n"));
  ASSERT_TRUE(of_day) << of_day.error().message;
  EXPECT_EQ(of_day->name, "day.csv");
  EXPECT_EQ(of_day->period, Seconds(86400));
  EXPECT_DOUBLE_EQ(of_day->mean(), 25);  // a quarter of the day at 10
  const auto seconds = read_demand(folder.write("s.csv", "time,qps\n0,10\n60,40\n"));
  ASSERT_TRUE(seconds);
  EXPECT_EQ(seconds->period, Seconds(120));
  EXPECT_DOUBLE_EQ(seconds->mean(), 25);
}

TEST(Demand, MalformedFilesNameTheLine) {
  const Folder folder;
  const auto message = [&](const std::string& rows) {
    const auto curve = read_demand(folder.write("d.csv", "time,qps\n" + rows));
    return curve ? std::string() : curve.error().message;
  };
  EXPECT_THAT(message("0,1\n60,-1\n"), HasSubstr("d.csv:3: qps: -1"));
  EXPECT_THAT(message("0,1\n60,1\n30,1\n"), HasSubstr("d.csv:4: time: the first must be 0"));
  EXPECT_THAT(message("00:00,1\n24:00,1\n"), HasSubstr("d.csv:3: time: '24:00'"));
  EXPECT_THAT(message("00:00,1\n60,1\n"), HasSubstr("HH:MM and seconds in one file"));
  EXPECT_THAT(message("0,1\n"), HasSubstr("has no end"));
  EXPECT_THAT(message("0,0\n60,0\n"), HasSubstr("nothing above 0"));
  EXPECT_THAT(message(""), HasSubstr("no rows"));
  EXPECT_FALSE(read_demand(folder.write("x.csv", "hour,qps\n0,1\n")));
}

TEST(ClosedForm, Md1IsTheExactRateOfOneWorker) {
  ServiceTable table;
  table.total = {Nanoseconds(10'000'000)};
  Scenario slo = Scenario::mlperf(ScenarioKind::server);
  slo.target_latency = Nanoseconds(50'000'000);
  slo.min_duration = Nanoseconds(1'000'000'000);
  const ClosedFormRate rate = closed_form_rate(table, {}, slo);
  ASSERT_TRUE(rate.qps) << rate.method;
  slo.target_qps = *rate.qps;
  const auto at = solve(slo, table, {}, 1);
  ASSERT_TRUE(at);
  EXPECT_LE(at->p99->value(), 0.05);
  EXPECT_NEAR(at->p99->value(), 0.05, 1e-5);
  slo.target_latency = Nanoseconds(9'000'000);
  EXPECT_FALSE(closed_form_rate(table, {}, slo).qps);
  EXPECT_FALSE(closed_form_rate(table, {.max_batch = 2}, slo).qps);
}

}  // namespace
}  // namespace ridgeline
