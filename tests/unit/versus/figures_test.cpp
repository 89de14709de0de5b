// Ratios, radial efficiency and slowed devices against figures by hand.

#include <gmock/gmock.h>

#include <cmath>

#include "systems.h"
#include "versus/efficiency.h"
#include "versus/phases.h"
#include "versus/shared_error.h"

namespace ridgeline {
namespace {

using ::testing::ElementsAre;
using testing::memory_bound;
using testing::shipped_question;
using testing::versus_data;
using testing::versus_metric;
using versus::front_of;
using versus::InputOutput;
using versus::radial_efficiency;

TEST(RatioOf, less_or_more_is_better) {
  EXPECT_DOUBLE_EQ(ratio_of(LimitSide::at_most, 6, {}, 2, {}).value, 3);
  EXPECT_DOUBLE_EQ(ratio_of(LimitSide::at_least, 6, {}, 2, {}).value, 1.0 / 3);
  EXPECT_FALSE(ratio_of(LimitSide::at_most, 6, {}, 2, {{1, 4}}).interval);
}

/// Factors 1.3 and 1.4 either way: the logarithms add as squares.
TEST(RatioOf, independent_errors_add_as_squares) {
  const double joint = std::exp(std::hypot(std::log(1.3), std::log(1.4)));
  const VersusRatio ratio = ratio_of(LimitSide::at_most, 10, {{10 / 1.3, 13}}, 5, {{5 / 1.4, 7}});
  ASSERT_TRUE(ratio.interval);
  EXPECT_NEAR(ratio.interval->first, 2 / joint, 1e-12);
  EXPECT_NEAR(ratio.interval->second, 2 * joint, 1e-12);
  // Turned round it is the inverse.
  const VersusRatio inverse = ratio_of(LimitSide::at_least, 10, {{10 / 1.3, 13}}, 5, {{5 / 1.4, 7}});
  EXPECT_NEAR(inverse.interval->first, 0.5 / joint, 1e-12);
}

const std::vector<InputOutput> five{{"a", 1, 1}, {"b", 2, 4}, {"c", 4, 3}, {"d", 8, 8}, {"e", 8, 5}};

/// c puts out 3 for 4; b puts out 4 for 2: theta = 2 / 4. e against d: as much input, so 8 / 8, but b and c
/// put out less than 5.
TEST(RadialEfficiency, is_the_least_share_of_the_input) {
  EXPECT_DOUBLE_EQ(radial_efficiency(five[2], five).theta, 0.5);
  EXPECT_EQ(radial_efficiency(five[2], five).reference, "b");
  for (const std::size_t on_front : {0U, 1U, 3U}) {
    EXPECT_EQ(radial_efficiency(five[on_front], five).theta, 1) << five[on_front].id;
    EXPECT_EQ(radial_efficiency(five[on_front], five).reference, five[on_front].id);
  }
  EXPECT_EQ(radial_efficiency(five[4], five).theta, 1);  // dominated, but for no less input
  EXPECT_EQ(radial_efficiency(five[4], five).reference, "d");
}

TEST(FrontOf, has_what_no_other_dominates) {
  EXPECT_THAT(front_of(five), ElementsAre("a", "b", "d"));
  EXPECT_THAT(front_of({{"x", 2, 2}, {"y", 2, 2}, {"z", 2, 1}}), ElementsAre("x", "y"));
}

/// Every side's own efficiency over the catalog, from the figures of the answer.
TEST(Efficiencies, both_sides_stand_in_their_own_front) {
  const Versus& v = memory_bound();
  for (std::size_t i = 0; i < 2; ++i) {
    const ParetoEfficiency &a = v.systems[0].efficiency[i], &b = v.systems[1].efficiency[i];
    ASSERT_TRUE(a.theta && b.theta);
    EXPECT_GT(*b.theta, *a.theta);  // as much power and money, more output
    EXPECT_GT(*a.theta, 0);
    EXPECT_LE(*b.theta, 1);
    EXPECT_EQ(a.front, b.front);
    EXPECT_EQ(b.reference == "system-b",
              std::find(b.front.begin(), b.front.end(), "system-b") != b.front.end());
    EXPECT_GE(a.compared, 2U);
  }
  EXPECT_GT(v.systems[0].efficiency[0].compared,
            v.systems[0].efficiency[1].compared);  // fewer prices than powers
}

TEST(Slowed, every_time_is_as_much_longer) {
  const VersusQuestion q = shipped_question("cloud-titan");
  const auto d = mission::deploy(q.a.mission, versus_data());
  ASSERT_TRUE(d);
  Parallelism eight;
  eight.tensor = 8;
  const auto time = [&](const Hardware& hardware, const Calibration& calibration) {
    return predict(*d->model, hardware, d->precision, StepShape::decode(8, 512), calibration, eight)
        ->latency.value();
  };
  const versus::SlowedDevice slow = versus::slowed(*d->hardware, d->calibration, versus::Slowdown::all(1.7));
  EXPECT_NEAR(time(slow.hardware, slow.calibration), 1.7 * time(*d->hardware, d->calibration), 1e-12);
}

/// The same device at twice the price for an hour: whatever is wrong with the prediction is wrong for both.
TEST(SharedErrors, cancel_where_the_work_is_the_same) {
  VersusQuestion q = shipped_question("cloud-titan", "system-a", "system-a");
  q.a.economics = {};
  q.a.economics.rent = Sourced<Dollars>{Dollars(2), {}, {}};
  q.b.economics = {};
  q.b.economics.rent = Sourced<Dollars>{Dollars(1), {}, {}};
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 1));
  const auto v = audit_versus(q, versus_data());
  ASSERT_TRUE(v) << v.error().message;
  ASSERT_TRUE(v->verdict.ratio && v->verdict.ratio->interval);
  EXPECT_TRUE(v->verdict.ratio->shared);
  EXPECT_NEAR(v->verdict.ratio->value, 2, 1e-12);
  EXPECT_NEAR(v->verdict.ratio->interval->first, 2, 1e-9);
  EXPECT_NEAR(v->verdict.ratio->interval->second, 2, 1e-9);
  EXPECT_EQ(v->verdict.outcome, VersusOutcome::b);
}

/// With the same coefficients narrower than with independent ones; with others as ratio_of() has it.
TEST(SharedErrors, are_of_one_architecture_and_equal_coefficients) {
  const VersusMetric& rate = versus_metric(memory_bound(), "throughput");
  const auto apart = ratio_of(LimitSide::at_least, *rate.sides[0].value, rate.sides[0].interval,
                              *rate.sides[1].value, rate.sides[1].interval);
  ASSERT_TRUE(rate.ratio->shared && rate.ratio->interval && apart.interval);
  EXPECT_GT(rate.ratio->interval->first, apart.interval->first);
  EXPECT_LT(rate.ratio->interval->second, apart.interval->second);
  auto a = *mission::deploy(shipped_question("cloud-titan").a.mission, versus_data());
  EXPECT_TRUE(versus::share_errors(a, a));
  auto b = a;
  b.calibration.memory_efficiency *= 0.9;
  EXPECT_FALSE(versus::share_errors(a, b));
  Hardware other = *a.hardware;
  other.generation = "another";
  b = a;
  b.hardware = &other;
  EXPECT_FALSE(versus::share_errors(a, b));
}

TEST(PlanPhases, keeps_the_missions_own_and_adds_what_is_not_there) {
  const VersusQuestion q = shipped_question("mobile-nomad");
  const auto planned = versus::plan_phases(q.a.mission, Hertz(50), Hertz(100));
  ASSERT_EQ(planned.size(), 5U);
  EXPECT_TRUE(planned[0].of_mission);
  EXPECT_EQ(planned[0].phase.id, "walk");
  for (std::size_t i = 1; i < planned.size(); ++i) {
    EXPECT_FALSE(planned[i].of_mission);
    EXPECT_EQ(planned[i].phase.own.at("duration"), 60);
    if (planned[i].phase.scenario == ScenarioKind::server) {
      EXPECT_EQ(planned[i].phase.own.at("qps"), 30);  // 60 %
    }
    if (planned[i].phase.scenario == ScenarioKind::multi_stream) {
      EXPECT_EQ(planned[i].phase.own.at("cameras"), 8);
    }
  }
  // A device of a million a second is played no longer than a second.
  EXPECT_EQ(versus::plan_phases(q.a.mission, Hertz(1e6), Hertz(1e6))[1].phase.own.at("duration"), 1);
}

}  // namespace
}  // namespace ridgeline
