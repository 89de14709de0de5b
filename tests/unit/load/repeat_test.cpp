#include "ridgeline/repeat.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ridgeline {
namespace {

Repetition run_with(double p50, double throughput, bool valid = true) {
  Repetition run;
  run.summary.p50 = Estimate{p50, {}, {}};
  run.summary.throughput = Estimate{throughput, {}, {}};
  run.summary.verdict.valid = valid;
  return run;
}

TEST(Repeat, MeansHaveStudentsIntervalOverTheRuns) {
  const auto f = figures_of({run_with(1, 10), run_with(2, 10), run_with(3, 10, false)});
  EXPECT_EQ(f.runs, 3u);
  EXPECT_EQ(f.valid, 2u);
  // Mean 2, standard deviation 1, t(2) = 4.302653 at 95 %.
  const double half = 4.302653 / std::sqrt(3.0);
  ASSERT_TRUE(f.p50 && f.p50->low && f.p50->high);
  EXPECT_DOUBLE_EQ(f.p50->value, 2);
  EXPECT_NEAR(*f.p50->low, 2 - half, 1e-6);
  EXPECT_NEAR(*f.p50->high, 2 + half, 1e-6);
  EXPECT_DOUBLE_EQ(*f.throughput->low, 10);
  EXPECT_FALSE(f.p99);  // no run has it
}

TEST(Repeat, ARunThatBrokeOffDoesNotCount) {
  auto broken = run_with(100, 1);
  broken.interrupted = true;
  const auto f = figures_of({run_with(1, 10), broken});
  EXPECT_EQ(f.runs, 1u);
  EXPECT_DOUBLE_EQ(f.p50->value, 1);
  EXPECT_FALSE(f.p50->low);  // of one run
  EXPECT_FALSE(figures_of({broken}).p50);
}

TEST(Repeat, AFigureThatOneRunLacksIsAbsent) {
  auto without = run_with(1, 10);
  without.summary.p50.reset();
  EXPECT_FALSE(figures_of({run_with(1, 10), without}).p50);
}

}  // namespace
}  // namespace ridgeline
