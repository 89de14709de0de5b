#include "load/little.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace ridgeline::load {
namespace {

QueryRecord record(std::int64_t scheduled, std::int64_t completed) {
  QueryRecord q;
  q.scheduled = q.issued = Nanoseconds(scheduled);
  q.completed = Nanoseconds(completed);
  return q;
}

// One query over [0, 10), another over [5, 10): 15 query-nanoseconds in 10: L = 1.5 = (2/10) x (15/2).
TEST(Little, TwoQueriesByHand) {
  ridgeline::Run run;
  run.queries = {record(0, 10), record(5, 10)};
  const auto check = check_little(run);
  ASSERT_TRUE(check);
  EXPECT_NEAR(check->mean_in_system, 1.5, 1e-12);
  EXPECT_NEAR(check->rate_times_latency, 1.5, 1e-12);
  // The second half holds two, and one query arrives in it: 2 against (1/5) x 5.
  const auto half = check_little(run, Nanoseconds(5), Nanoseconds(10));
  EXPECT_NEAR(half->mean_in_system, 2, 1e-12);
  EXPECT_NEAR(half->rate_times_latency, 1, 1e-12);
}

TEST(Little, IsAbsentWithoutArrivals) {
  EXPECT_FALSE(check_little(ridgeline::Run()));
  ridgeline::Run run;
  run.queries = {record(0, 10)};
  EXPECT_FALSE(check_little(run, Nanoseconds(2), Nanoseconds(8)));
}

/// An M/M/1 queue at load 0.7 by Lindley's recursion, service mean 1 ms.
Run mm1(int n) {
  RandomStream arrivals(3, "arrivals"), service(3, "service");
  ridgeline::Run run;
  Nanoseconds at{0}, free{0};
  for (int i = 0; i < n; ++i) {
    at += arrivals.exponential_gap(Hertz(700));
    free = std::max(at, free) + service.exponential_gap(Hertz(1000));
    run.queries.push_back(record(at.count(), free.count()));
  }
  return run;
}

// L = rho / (1 - rho) = 2.333 for M/M/1. Over the whole run both sides are one sum; over the middle they
// differ by the queries that cross its ends, L / (lambda T) = 2.3 / (700 x 228 s) of the value.
TEST(Little, HoldsInAnMM1Queue) {
  const ridgeline::Run run = mm1(200'000);
  const auto whole = check_little(run);
  EXPECT_NEAR(whole->mean_in_system / whole->rate_times_latency, 1, 1e-9);
  EXPECT_NEAR(whole->mean_in_system, 0.7 / 0.3, 0.15);
  const Nanoseconds end = run.queries.back().scheduled;
  const auto middle = check_little(run, end / 10, end * 9 / 10);
  EXPECT_NEAR(middle->mean_in_system / middle->rate_times_latency, 1, 1e-3);
}

}  // namespace
}  // namespace ridgeline::load
