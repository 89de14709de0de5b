// Noise and pauses: their laws, and that their streams are apart.

#include <gtest/gtest.h>

#include <cmath>

#include "serve/service_time.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::uint64_t draws = 200'000;

Interference noise(double sigma) {
  Interference i;
  i.noise_sigma = sigma;
  return i;
}

Interference pauses(Hertz rate, std::vector<Nanoseconds> lengths) {
  Interference i;
  i.pause_rate = rate;
  i.pause_lengths = std::move(lengths);
  return i;
}

std::vector<Nanoseconds> services(const Interference& interference, std::uint64_t seed,
                                  Nanoseconds table_time) {
  const ServiceTable table = linear_table(table_time, Nanoseconds(0), 1);
  ServiceTimes times(table, interference, seed);
  std::vector<Nanoseconds> drawn;
  for (std::uint64_t i = 0; i < draws; ++i) drawn.push_back(times.draw(1).total);
  return drawn;
}

// Lognormal of mean 1: variance e^(s^2) - 1, median e^(-s^2/2).
TEST(Noise, KeepsTheMean) {
  for (const double sigma : {0.05, 0.3, 0.8}) {
    auto drawn = services(noise(sigma), 3, milliseconds(10));
    const double error = std::sqrt((std::exp(sigma * sigma) - 1) / draws);
    EXPECT_NEAR(mean_seconds(drawn) / 0.010, 1.0, 5 * error);
    std::nth_element(drawn.begin(), drawn.begin() + draws / 2, drawn.end());
    // A sample median's error is sqrt(pi/2) sigma / sqrt(n) in the logarithm.
    const double median = to_seconds(drawn[draws / 2]).value() / 0.010;
    EXPECT_NEAR(std::log(median), -sigma * sigma / 2, 5 * 1.2533 * sigma / std::sqrt(double(draws)));
  }
}

// n pauses in S are Poisson(r S): E = r S E[L], Var = r S E[L^2].
TEST(Pauses, ShiftTheMeanByRateTimesLength) {
  const std::vector<Nanoseconds> lengths{microseconds(500), milliseconds(1), milliseconds(6)};
  for (const double rate : {2.0, 50.0, 1000.0}) {
    const double s = 0.010, mean_length = 0.0025, mean_square = (0.25 + 1 + 36) * 1e-6 / 3;
    const auto drawn = services(pauses(Hertz(rate), lengths), 5, milliseconds(10));
    const double error = std::sqrt(rate * s * mean_square / draws);
    EXPECT_NEAR(mean_seconds(drawn), s * (1 + rate * mean_length), 5 * error);
    // P(no pause) = e^(-r S).
    const auto untouched = std::count(drawn.begin(), drawn.end(), Nanoseconds(milliseconds(10)));
    const double p = std::exp(-rate * s);
    EXPECT_NEAR(double(untouched) / draws, p, 5 * std::sqrt(p * (1 - p) / draws) + 1e-12);
  }
}

TEST(Pauses, DelayTheFirstTokenOnlyWhenTheyComeBeforeIt) {
  ServiceTable table = linear_table(milliseconds(10), Nanoseconds(0), 1);
  table.first_token = {milliseconds(4)};
  table.tokens_per_sample = 2;
  const Interference interference = pauses(Hertz(30), {milliseconds(1)});
  ServiceTimes times(table, interference, 8);
  double before = 0, all = 0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const ServiceDraw drawn = times.draw(1);
    const auto first = (drawn.first_token - milliseconds(4)) / milliseconds(1);
    const auto total = (drawn.total - milliseconds(10)) / milliseconds(1);
    ASSERT_LE(first, total);
    before += double(first);
    all += double(total);
  }
  // Given the number of pauses, each falls before the token with probability 0.4.
  EXPECT_NEAR(before / all, 0.4, 5 * std::sqrt(0.4 * 0.6 / all));
}

TEST(Interference, ShowsInARun) {
  SimulatedSystem system = make_system(linear_table(milliseconds(2), Nanoseconds(0), 1));
  system.interference = pauses(Hertz(20), {milliseconds(3)});
  system.interference.noise_sigma = 0.1;
  const std::uint64_t queries = 100'000;
  const auto run = run_of(closed_loop_schedule(ScenarioKind::single_stream, queries), system);
  // Independent services: the variances of noise and pauses add.
  const double expected = 0.002 * (1 + 20 * 0.003);
  const double variance = 0.002 * 0.002 * (std::exp(0.01) - 1) + 20 * 0.002 * 0.003 * 0.003;
  EXPECT_NEAR(mean_seconds(latencies(run)), expected, 5 * std::sqrt(variance / double(queries)));
}

// Common random numbers: the same factors whatever is multiplied, and whatever else is switched on.
TEST(Streams, AreApart) {
  const auto slow = services(noise(0.2), 1, milliseconds(20)),
             fast = services(noise(0.2), 1, milliseconds(10));
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_LE(std::abs((slow[i] - 2 * fast[i]).count()), 2);
  Interference both = pauses(Hertz(1e-6), {milliseconds(1)});  // practically never
  both.noise_sigma = 0.2;
  EXPECT_EQ(services(both, 1, milliseconds(10)), fast);
  EXPECT_NE(services(noise(0.2), 2, milliseconds(10)), fast);
}

// Bursts of mean B after gaps of mean G = B (1 - b) / b of computing: a busy worker loses the share b, and a
// service takes S / (1 - b). Compound Poisson: Var = (S / G) E[L^2] = (S / G) 2 B^2.
TEST(Background, TakesTheShareAskedFor) {
  for (const double share : {0.1, 0.3, 0.7}) {
    Interference i;
    i.background_load = share;
    i.background_burst = milliseconds(20);
    const double s = 0.010, gap = 0.020 * (1 - share) / share;
    const double error = std::sqrt(s / gap * 2 * 0.020 * 0.020 / draws);
    EXPECT_NEAR(mean_seconds(services(i, 4, milliseconds(10))), s / (1 - share), 5 * error);
    EXPECT_DOUBLE_EQ(mean_stretch(i), 1 / (1 - share));
  }
}

// n switches in S are Poisson(r S), each costs the switch and the refill: Var = r S c^2.
TEST(ContextSwitches, CostWhatTheyCost) {
  Interference i;
  i.context_switch_rate = Hertz(200);
  i.context_switch_cost = microseconds(5);
  i.cache_refill = microseconds(30);
  const double s = 0.010, cost = 35e-6;
  const double error = std::sqrt(200 * s * cost * cost / draws);
  EXPECT_NEAR(mean_seconds(services(i, 4, milliseconds(10))), s * (1 + 200 * cost), 5 * error);
  EXPECT_NEAR(mean_stretch(i), 1 + 200 * cost, 1e-15);
}

TEST(Noise, DrawsTheFactorsThatWereSeen) {
  Interference i;
  i.noise_factors = {1, 1, 2};
  const auto drawn = services(i, 4, milliseconds(10));
  const auto doubled = std::count(drawn.begin(), drawn.end(), Nanoseconds(milliseconds(20)));
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), Nanoseconds(milliseconds(10))) + doubled,
            static_cast<std::ptrdiff_t>(draws));
  EXPECT_NEAR(double(doubled) / draws, 1.0 / 3, 5 * std::sqrt(2.0 / 9 / draws));
  EXPECT_DOUBLE_EQ(mean_stretch(i), 4.0 / 3);
}

Interference everything() {
  Interference i = pauses(Hertz(20), {milliseconds(1), milliseconds(4)});
  i.noise_sigma = 0.2;
  i.background_load = 0.2;
  i.background_burst = milliseconds(2);
  i.context_switch_rate = Hertz(500);
  i.context_switch_cost = microseconds(5);
  i.cache_refill = microseconds(30);
  return i;
}

// Strikes are counted in computing time, so what one source takes is the same whatever else is on.
TEST(Streams, OneOffLeavesTheOthersAsTheyWere) {
  const auto all = services(everything(), 3, milliseconds(10));
  Interference no_pauses = everything(), only_pauses;
  no_pauses.pause_rate = Hertz(0);
  only_pauses.noise_sigma = 0.2;
  only_pauses.pause_rate = everything().pause_rate;
  only_pauses.pause_lengths = everything().pause_lengths;
  Interference only_noise = noise(0.2);
  const auto without = services(no_pauses, 3, milliseconds(10));
  const auto alone = services(only_pauses, 3, milliseconds(10));
  const auto quiet = services(only_noise, 3, milliseconds(10));
  for (std::size_t i = 0; i < 10'000; ++i) ASSERT_EQ(all[i] - without[i], alone[i] - quiet[i]);
}

TEST(Interference, QuietIsExactlyTheTable) {
  for (const Nanoseconds t : services(Interference{}, 1, milliseconds(10))) ASSERT_EQ(t, milliseconds(10));
}

}  // namespace
}  // namespace ridgeline::serve
