// The batching system against queueing theory.

#include <gtest/gtest.h>

#include <cmath>

#include "systems.h"

namespace ridgeline::serve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

struct Mean {
  double value = 0, standard_error = 0;
};

/// Mean wait before service and its error by the means of 50 batches, the first one left out.
Mean mean_wait(const Run& run) {
  constexpr std::size_t batches = 50;
  const std::size_t size = run.phases.size() / batches;
  double sum = 0, squares = 0;
  for (std::size_t b = 1; b < batches; ++b) {
    double batch = 0;
    for (std::size_t i = b * size; i < (b + 1) * size; ++i)
      batch += to_seconds(run.phases[i].queueing).value() / double(size);
    sum += batch;
    squares += batch * batch;
  }
  const double n = batches - 1, mean = sum / n;
  return {mean, std::sqrt((squares / n - mean * mean) / (n - 1))};
}

// M/G/1: E[W] = rho / (1 - rho) (1 + cv^2) / 2 E[S]; a lognormal of mean 1 has cv^2 = e^(s^2) - 1.
TEST(PollaczekKhinchine, HoldsWithLognormalNoise) {
  for (const double sigma : {0.0, 0.5, 1.0}) {
    for (const double rho : {0.3, 0.7}) {
      SimulatedSystem system = make_system(linear_table(milliseconds(1), Nanoseconds(0), 1));
      system.interference.noise_sigma = sigma;
      const auto run = run_of(server_schedule(500'000, Hertz(rho / 0.001), 21), system);
      const double expected = rho / (1 - rho) * std::exp(sigma * sigma) / 2 * 0.001;
      const Mean found = mean_wait(run);
      EXPECT_NEAR(found.value, expected, 5 * found.standard_error) << sigma << " " << rho;
      EXPECT_LT(5 * found.standard_error, 0.15 * expected);
    }
  }
}

// Pauses make another M/G/1: S = D + compound Poisson, E[S] = D (1 + r l), E[S^2] = E[S]^2 + r D E[L^2];
// E[W] = lambda E[S^2] / (2 (1 - rho)).
TEST(PollaczekKhinchine, HoldsWithBackgroundBursts) {
  SimulatedSystem system = make_system(linear_table(milliseconds(1), Nanoseconds(0), 1));
  system.interference.background_load = 0.3;
  system.interference.background_burst = milliseconds(2);
  const double lambda = 400, d = 0.001, gap = 0.002 * 0.7 / 0.3, mean = d / 0.7;
  const double second = mean * mean + d / gap * 2 * 0.002 * 0.002;
  const auto run = run_of(server_schedule(500'000, Hertz(lambda), 22), system);
  const Mean found = mean_wait(run);
  EXPECT_NEAR(found.value, lambda * second / (2 * (1 - lambda * mean)), 5 * found.standard_error);
  EXPECT_LT(found.standard_error, 0.03 * found.value);
}

}  // namespace
}  // namespace ridgeline::serve
