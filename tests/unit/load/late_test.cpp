#include <gtest/gtest.h>

#include <cmath>

#include "ridgeline/tail.h"

namespace ridgeline {
namespace {

/// `late` of `n` queries take 20 ms, the rest 10 ms.
Run run_with_late(std::uint64_t late, std::uint64_t n) {
  Run run;
  for (std::uint64_t i = 0; i < n; ++i) {
    QueryRecord q;
    q.scheduled = q.issued = std::chrono::milliseconds(100 * i);
    q.completed = q.scheduled + std::chrono::milliseconds(i < late ? 20 : 10);
    run.queries.push_back(q);
  }
  return run;
}

LateQueries late_of(std::uint64_t late, std::uint64_t n, std::uint64_t fleet) {
  return *late_queries(run_with_late(late, n), milliseconds(10), fleet);
}

TEST(Late, CountsWhatTakesLonger) {
  const LateQueries found = late_of(3, 200, 10);
  EXPECT_EQ(found.queries, 200u);
  EXPECT_EQ(found.late, 3u);  // 10 ms is in time
  EXPECT_DOUBLE_EQ(found.share.value, 0.015);
}

TEST(Late, AFleetIsLateUnlessNobodyIs) {
  const LateQueries found = late_of(1, 1000, 1000);
  EXPECT_NEAR(found.some_late.value, 1 - std::pow(0.999, 1000), 1e-12);
  EXPECT_NEAR(late_of(1, 1000, 1).some_late.value, 0.001, 1e-15);
  EXPECT_DOUBLE_EQ(late_of(5, 5, 7).some_late.value, 1);
}

TEST(Late, ClopperAndPearson) {
  // The bounds put 2.5 % on either side: of none late, (1 - high)^n; of all, low^n.
  const LateQueries none = late_of(0, 300, 1000), all = late_of(300, 300, 1000);
  EXPECT_DOUBLE_EQ(none.share.value, 0);
  EXPECT_DOUBLE_EQ(*none.share.low, 0);
  EXPECT_NEAR(*none.share.high, 1 - std::pow(0.025, 1.0 / 300), 1e-12);
  EXPECT_NEAR(*all.share.low, std::pow(0.025, 1.0 / 300), 1e-12);
  EXPECT_DOUBLE_EQ(*all.share.high, 1);
  // None seen is no proof: a fleet may still be late more often than not.
  EXPECT_DOUBLE_EQ(none.some_late.value, 0);
  EXPECT_GT(*none.some_late.high, 0.99);
}

TEST(Late, BothTailsOfAShareInBetween) {
  const LateQueries found = late_of(1, 4, 1);
  const double low = *found.share.low, high = *found.share.high;
  EXPECT_NEAR(1 - std::pow(1 - low, 4), 0.025, 1e-10);                                  // P(1 or more)
  EXPECT_NEAR(std::pow(1 - high, 4) + 4 * high * std::pow(1 - high, 3), 0.025, 1e-10);  // P(1 or fewer)
}

TEST(Late, RefusesWhatCannotBeCounted) {
  const ridgeline::Run run = run_with_late(0, 1);
  EXPECT_FALSE(late_queries(run, Seconds(0), 1));
  EXPECT_FALSE(late_queries(run, milliseconds(10), 0));
  EXPECT_FALSE(late_queries(run, milliseconds(10), 1'000'000'001));
  EXPECT_FALSE(late_queries(ridgeline::Run(), milliseconds(10), 1));
}

}  // namespace
}  // namespace ridgeline
