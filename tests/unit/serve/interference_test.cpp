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

TEST(Interference, QuietIsExactlyTheTable) {
  for (const Nanoseconds t : services(Interference{}, 1, milliseconds(10))) ASSERT_EQ(t, milliseconds(10));
}

}  // namespace
}  // namespace ridgeline::serve
