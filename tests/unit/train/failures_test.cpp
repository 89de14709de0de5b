#include "ridgeline/failures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ridgeline {
namespace {

FailureModel model_of(double mtbf, double checkpoint, double restart) {
  return {Seconds(mtbf), Seconds(checkpoint), Seconds(restart), std::nullopt};
}

/// Plays segments until `work` of computing is kept.
double simulated_goodput(const FailureModel& model, double interval, double work, RandomStream& random) {
  const double m = model.mtbf.value(), whole = interval + model.checkpoint.value();
  double clock = 0, kept = 0, next = random.exponential() * m;
  while (kept < work) {
    if (clock + whole <= next) {
      clock += whole;
      kept += interval;
      continue;
    }
    // Restarts that fail start over.
    clock = next;
    for (;;) {
      next = clock + random.exponential() * m;
      if (next - clock >= model.restart.value()) break;
      clock = next;
    }
    clock += model.restart.value();
  }
  return kept / clock;
}

// The closed form and a simulation of it.
TEST(Failures, GoodputIsThatOfASimulation) {
  RandomStream random(3, "failures");
  for (const auto& [mtbf, checkpoint, restart] : {std::tuple{11'000.0, 60.0, 300.0},
                                                  {3'000.0, 200.0, 600.0},
                                                  {900.0, 300.0, 100.0},
                                                  {1e6, 10.0, 0.0}}) {
    const FailureModel model = model_of(mtbf, checkpoint, restart);
    const auto cost = cost_of_failures(model, 1);
    ASSERT_TRUE(cost);
    const double seen = simulated_goodput(model, cost->interval.value(), 3000 * mtbf, random);
    EXPECT_NEAR(cost->goodput / seen, 1, 0.02)
        << mtbf;  // 3,000 failures: about 1 % of one standard deviation
  }
}

// Daly's interval costs nothing against the best that a search finds, where checkpoints are short against
// failures.
TEST(Failures, TheIntervalIsTheBest) {
  RandomStream random(5, "intervals");
  for (int i = 0; i < 200; ++i) {
    const double mtbf = 1000 * std::exp(6 * random.uniform()),
                 checkpoint = mtbf * std::exp(-2 - 6 * random.uniform());
    FailureModel model = model_of(mtbf, checkpoint, 100);
    const double chosen = cost_of_failures(model, 1)->goodput;
    double best = 0;
    for (double t = checkpoint / 10; t < 10 * mtbf; t *= 1.02) {
      model.interval = Seconds(t);
      best = std::max(best, cost_of_failures(model, 1)->goodput);
    }
    EXPECT_GT(chosen, best * 0.9995);
  }
}

TEST(Failures, DevicesShareTheirMeanTime) {
  const FailureModel model = model_of(50'000 * 3600, 60, 300);
  const auto cost = cost_of_failures(model, 16'384);
  ASSERT_TRUE(cost);
  EXPECT_NEAR(cost->mtbf.value(), 50'000.0 * 3600 / 16'384, 1e-6);
  EXPECT_LT(cost->goodput, cost_of_failures(model, 8)->goodput);
}

TEST(Failures, RefuseTimesThatCannotBe) {
  EXPECT_EQ(cost_of_failures(model_of(0, 1, 1), 1).error().message,
            "failures: mtbf is 0 s, and must be above 0");
  EXPECT_EQ(cost_of_failures(model_of(1, 0, 1), 1).error().message,
            "failures: checkpoint is 0 s, and must be above 0");
  EXPECT_EQ(cost_of_failures(model_of(1, 1, -1), 1).error().message,
            "failures: restart is -1 s, and must be 0 or more");
  EXPECT_FALSE(cost_of_failures(model_of(1, 1, 1), 0));
}

}  // namespace
}  // namespace ridgeline
