#include <gmock/gmock.h>

#include <cmath>

#include "missions.h"

namespace ridgeline {
namespace {

using testing::data;
using testing::fixed_mission;
using testing::mission;
using testing::run_of;
using testing::table_of;

MissionReport with(Mission m, const std::string& name, double value) {
  EXPECT_TRUE(set(m, name, value));
  return run_of(m);
}

/// The fixed mission, in a minute of its time instead of five.
Mission short_guardian() {
  Mission m = fixed_mission("edge-guardian");
  EXPECT_TRUE(set(m, "duration", 60));
  return m;
}

class FirstBreak : public ::testing::TestWithParam<const char*> {};

/// Run again, on either side: one unit of the third digit decides.
TEST_P(FirstBreak, lies_between_neighbours) {
  const Mission m = short_guardian();
  const auto found = sweep(m, data(), GetParam());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_LT(found->holds, found->breaks);
  const double digit = std::pow(10, std::floor(std::log10(found->breaks)) - 2);
  EXPECT_LE(found->breaks - found->holds, 1.01 * digit);
  EXPECT_TRUE(with(m, GetParam(), found->holds).holds());
  EXPECT_FALSE(with(m, GetParam(), found->breaks).holds());
  EXPECT_FALSE(found->broken.empty());
}

INSTANTIATE_TEST_SUITE_P(EdgeGuardian, FirstBreak,
                         ::testing::Values("noise.sigma", "background.load", "switches.rate"),
                         [](const auto& swept) {
                           std::string name = swept.param;
                           name[name.find('.')] = '_';
                           return name;
                         });

TEST(Sweep, is_the_same_again) {
  const Mission m = short_guardian();
  const auto a = sweep(m, data(), "background.load"), b = sweep(m, data(), "background.load");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->breaks, b->breaks);
  EXPECT_EQ(a->runs, b->runs);
}

/// P99.9 of a lognormal of mean 1 is exp(3.090 sigma - sigma^2 / 2); it reaches the limit over the table's
/// time.
TEST(Sweep, sigma_agrees_with_the_lognormal) {
  const Mission m = fixed_mission("edge-guardian");
  const double room = std::log(0.010 / to_seconds(table_of(m, 8).total[7]).value());
  const double z = 3.0902;
  const double sigma = z - std::sqrt(z * z - 2 * room);  // sigma^2 / 2 - z sigma + room = 0
  const auto found = sweep(m, data(), "noise.sigma");
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->breaks, sigma, 0.04 * sigma);  // the P99.9 of a sample wanders by its rank
}

/// On a quiet machine a batch is late when a burst strikes it that is longer than the room: with exponential
/// bursts of mean b at rate r that is r S exp(-room / b) of the batches, here one in a thousand; load / (1 -
/// load) = r b.
TEST(Sweep, background_load_agrees_with_exponential_bursts) {
  Mission m = fixed_mission("edge-guardian");
  ASSERT_TRUE(set(m, "noise.sigma", 0));
  ASSERT_TRUE(set(m, "duration", 600));
  const double service = to_seconds(table_of(m, 8).total[7]).value();
  const double burst = m.parameters.at("background.burst").value;
  const double rate = 0.001 * std::exp((0.010 - service) / burst) / service;
  const double expected = rate * burst / (1 + rate * burst);
  const auto found = sweep(m, data(), "background.load");
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->breaks, expected, 0.3 * expected);  // some 80 late batches: 11 % of standard deviation
}

TEST(Sweep, whole_numbers_step_by_one) {
  const Mission m = short_guardian();
  const auto found = sweep(m, data(), "cameras");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->breaks, found->holds + 1);
}

TEST(Sweep, falling_parameters_are_swept_downwards) {
  const Mission m = fixed_mission("tiny-pioneer");
  const auto found = sweep(m, data(), "laboratory.snr");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_GT(found->holds, found->breaks);
  // 95 % on the noisy curve: between 5 dB (0.94) and 10 dB (0.96).
  EXPECT_EQ(found->holds, 7.5);
  EXPECT_EQ(found->breaks, 7.49);
}

TEST(Sweep, refuses_to_start_where_a_threshold_breaks) {
  const auto found = sweep(mission("edge-guardian"), data(), "noise.sigma");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::infeasible);
  EXPECT_THAT(found.error().message, ::testing::HasSubstr("latency.p99"));
}

TEST(Sweep, says_when_nothing_breaks) {
  Mission m = fixed_mission("tiny-pioneer");
  const auto found = sweep(m, data(), "switches.refill");  // no switches, so their cost is nothing
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::infeasible);
}

}  // namespace
}  // namespace ridgeline
