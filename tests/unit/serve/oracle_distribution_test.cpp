// The batching system against queueing theory: whole distributions where they are known.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "serve/md1.h"
#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::milliseconds;
using Cdf = std::function<double(double)>;

constexpr double service = 0.001;
constexpr std::size_t queries = 500'000, seeds = 4, apart = 200;

/// Factors of an exponential service, scaled to a mean of 1: the middles of equally likely shares, so that
/// the distribution is off by 1 / 40,000 at most.
std::vector<double> exponential_factors() {
  constexpr std::size_t n = 20'000;
  std::vector<double> factors;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += factors.emplace_back(-std::log1p(-(double(i) + 0.5) / n));
  for (double& factor : factors) factor *= n / sum;
  return factors;
}

/// What of a query, in seconds, every 200th query of every seed. The M/M/1 queue at 70 % forgets with a time
/// constant of rho / (1 - sqrt(rho))^2 = 26 customers, so that these are independent to e^-7; several servers
/// at the same load forget faster.
std::vector<double> thinned(const SimulatedSystem& system, double rate,
                            const std::function<Nanoseconds(const Run&, std::size_t)>& what) {
  std::vector<double> sample;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SimulatedSystem seeded = system;
    seeded.seed = seed;
    const Run run = run_of(server_schedule(queries, Hertz(rate), 40 + seed), seeded);
    for (std::size_t i = apart; i < run.queries.size(); i += apart)
      sample.push_back(to_seconds(what(run, i)).value());
  }
  return sample;
}

Nanoseconds wait_of(const Run& run, std::size_t i) { return run.phases[i].queueing + run.phases[i].batching; }
Nanoseconds stay_of(const Run& run, std::size_t i) { return run.queries[i].latency(); }

/// Kolmogorov and Smirnov: the largest distance of the empirical distribution from `cdf`, which may have an
/// atom at 0.
double distance(std::vector<double> sample, const Cdf& cdf) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double most = 0;
  for (std::size_t i = 0; i < sample.size();) {
    std::size_t next = i;
    while (next < sample.size() && sample[next] == sample[i]) ++next;
    const double expected = cdf(sample[i]);
    if (sample[i] > 0) most = std::max(most, std::abs(expected - double(i) / n));
    most = std::max(most, std::abs(expected - double(next) / n));
    i = next;
  }
  return most;
}

/// Dvoretzky, Kiefer, Wolfowitz and Massart: P(D > x) <= 2 exp(-2 n x^2), here one in a million; and 1e-4
/// more for the factors and for the clock of whole nanoseconds.
double bound(std::size_t n) { return std::sqrt(std::log(2e6) / (2 * double(n))) + 1e-4; }

/// The law, and that the test would tell it from `other`.
void expect_law(const std::vector<double>& sample, const Cdf& law, const Cdf& other) {
  EXPECT_LT(distance(sample, law), bound(sample.size()));
  EXPECT_GT(distance(sample, other), bound(sample.size()));
}

SimulatedSystem exponential_servers(std::uint32_t servers) {
  SimulatedSystem system = make_system(linear_table(milliseconds(1), Nanoseconds(0), 1), {}, servers);
  system.interference.noise_factors = exponential_factors();
  return system;
}

/// Erlang's C: the probability that a customer of M/M/c waits, with a = lambda E[S].
double erlang_c(unsigned c, double a) {
  double term = 1, sum = 0;
  for (unsigned k = 0; k < c; term *= a / ++k) sum += term;
  const double queued = term * c / (c - a);
  return queued / (sum + queued);
}

/// P(W <= t) = 1 - C(c, a) exp(-(c mu - lambda) t).
Cdf mmc_wait(unsigned c, double rate) {
  const double waits = erlang_c(c, rate * service), slope = c / service - rate;
  return [=](double t) { return 1 - waits * std::exp(-slope * t); };
}

class Loads : public testing::TestWithParam<double> {};

// M/M/1: the stay is exponential with rate mu - lambda.
TEST_P(Loads, StayOfMM1IsExponential) {
  const double rate = GetParam() / service;
  const auto law = [rate](double slower) {
    return [=](double t) { return -std::expm1(-slower * (1 / service - rate) * t); };
  };
  expect_law(thinned(exponential_servers(1), rate, stay_of), law(1), law(1.1));
}

TEST_P(Loads, WaitOfMMcIsErlangs) {
  for (const unsigned servers : {2u, 5u}) {
    const double rate = servers * GetParam() / service;
    expect_law(thinned(exponential_servers(servers), rate, wait_of), mmc_wait(servers, rate),
               mmc_wait(servers, 1.06 * rate));
  }
}

TEST_P(Loads, WaitOfMD1IsFranxs) {
  const double rate = GetParam() / service;
  const SimulatedSystem system = make_system(linear_table(milliseconds(1), Nanoseconds(0), 1));
  const auto law = [](double lambda) {
    // Half a nanosecond on: simulated times are integers, and the law has corners at whole services.
    return
        [md1 = Md1(Hertz(lambda), Seconds(service))](double t) { return md1.wait_cdf(Seconds(t + 5e-10)); };
  };
  expect_law(thinned(system, rate, wait_of), law(rate), law(1.06 * rate));
}

INSTANTIATE_TEST_SUITE_P(Oracle, Loads, testing::Values(0.5, 0.7));

}  // namespace
}  // namespace ridgeline::serve
