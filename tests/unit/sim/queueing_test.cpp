// The calendar against queueing theory, and against recursions that use no calendar.

#include <gtest/gtest.h>

#include <numeric>

#include "station.h"

namespace ridgeline::sim {
namespace {

constexpr Seconds service(0.001);

/// Holds the simulated mean wait to `expected`: within 5 standard errors of the batch means, and those errors
/// small enough that a wrong formula would show.
void expect_mean_wait(const std::vector<Nanoseconds>& waits, double expected) {
  const BatchMeans found = batch_means(waits, 50);
  EXPECT_NEAR(found.mean, expected, 5 * found.standard_error);
  EXPECT_LT(5 * found.standard_error, 0.1 * expected);
}

/// Pollaczek and Khinchine: E[W] = rho / (1 - rho) * (1 + cv^2) / 2 * E[S], cv of the service time.
double pollaczek_khinchine(double rho, double squared_cv) {
  return rho / (1 - rho) * (1 + squared_cv) / 2 * service.value();
}

/// Erlang's C: the probability that a customer of M/M/c waits, with a = lambda E[S] offered erlangs.
double erlang_c(unsigned c, double a) {
  double term = 1, sum = 0;  // term = a^k / k!
  for (unsigned k = 0; k < c; ++k) {
    sum += term;
    term *= a / (k + 1);
  }
  const double queued = term * c / (c - a);
  return queued / (sum + queued);
}

class MeanWait : public testing::TestWithParam<double> {};

TEST_P(MeanWait, OfOneExponentialServer) {
  const double rho = GetParam();
  const auto customers =
      draw_customers(1'000'000, Hertz(rho / service.value()), service, ServiceLaw::exponential, 1);
  expect_mean_wait(Station(customers, 1).play().wait, pollaczek_khinchine(rho, 1));
}

TEST_P(MeanWait, OfOneConstantServer) {
  const double rho = GetParam();
  const auto customers =
      draw_customers(1'000'000, Hertz(rho / service.value()), service, ServiceLaw::constant, 2);
  expect_mean_wait(Station(customers, 1).play().wait, pollaczek_khinchine(rho, 0));
}

// M/M/c: E[W] = C(c, a) E[S] / (c - a).
TEST_P(MeanWait, OfFourExponentialServers) {
  const double a = 4 * GetParam();
  const auto customers =
      draw_customers(1'000'000, Hertz(a / service.value()), service, ServiceLaw::exponential, 3);
  expect_mean_wait(Station(customers, 4).play().wait, erlang_c(4, a) * service.value() / (4 - a));
}

INSTANTIATE_TEST_SUITE_P(Loads, MeanWait, testing::Values(0.3, 0.6, 0.8));

// P(wait) = C(c, a): the share of customers that wait, each a Bernoulli draw; correlated draws are thinned to
// every 100th, after which sqrt(p (1 - p) / n) is their standard error.
TEST(Erlang, ShareOfCustomersThatWait) {
  const double a = 2.0;
  const auto customers =
      draw_customers(1'000'000, Hertz(a / service.value()), service, ServiceLaw::exponential, 4);
  const auto waits = Station(customers, 3).play().wait;
  double waited = 0, n = 0;
  for (std::size_t i = 50; i < waits.size(); i += 100, ++n) waited += waits[i] > Nanoseconds(0) ? 1 : 0;
  const double expected = erlang_c(3, a);
  EXPECT_NEAR(expected, 4.0 / 9.0, 1e-12);  // by hand: (8/6)(3) / (1 + 2 + 2 + 4)
  EXPECT_NEAR(waited / n, expected, 5 * std::sqrt(expected * (1 - expected) / n));
}

// Lindley (c = 1) and Kiefer-Wolfowitz (c > 1) give the same integers, customer by customer, also with coarse
// clocks on which arrivals and departures tie.
TEST(Recursions, GiveTheSameIntegers) {
  for (const unsigned servers : {1u, 2u, 5u}) {
    for (const auto law : {ServiceLaw::exponential, ServiceLaw::constant}) {
      for (const double load : {0.2, 0.7, 0.99, 1.3}) {
        auto customers = draw_customers(20'000, Hertz(load * servers / service.value()), service, law, 17);
        EXPECT_EQ(Station(customers, servers).play().wait, recursion_waits(customers, servers));
        for (auto& t : customers.arrival) t = Nanoseconds(t.count() / 250'000);
        for (auto& t : customers.service) t = Nanoseconds(t.count() / 250'000);
        EXPECT_EQ(Station(customers, servers).play().wait, recursion_waits(customers, servers));
      }
    }
  }
}

// Little: the time integral of the number in the system is the sum of the stays. An identity when the run
// starts and ends empty, so exact here (the sums stay below 2^53 ns).
TEST(Little, HoldsOnEveryRun) {
  for (const unsigned servers : {1u, 3u}) {
    const auto customers =
        draw_customers(50'000, Hertz(0.9 * servers / service.value()), service, ServiceLaw::exponential, 23);
    const Stay stay = Station(customers, servers).play();
    Nanoseconds total{0};
    for (std::size_t i = 0; i < stay.wait.size(); ++i) total += stay.wait[i] + customers.service[i];
    EXPECT_EQ(stay.customer_nanoseconds, static_cast<double>(total.count()));
  }
}

}  // namespace
}  // namespace ridgeline::sim
