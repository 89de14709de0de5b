#include "stats/early_stopping.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ridgeline::stats {
namespace {

struct Row {
  double p;
  std::uint64_t t, under;
};

// Table computed by LoadGen 6.0.17's own early_stopping.cc (confidence 0.99, tolerance 0).
TEST(EarlyStopping, NeedsAsManyAsLoadGen) {
  constexpr Row rows[] = {{.9, 0, 44},       {.9, 1, 63},         {.9, 2, 79},     {.9, 5, 122},
                          {.9, 10, 187},     {.9, 100, 1146},     {.9, 250, 2624}, {.95, 1, 129},
                          {.95, 12, 439},    {.95, 2703, 53764},  {.97, 1, 218},   {.97, 150, 5870},
                          {.99, 0, 459},     {.99, 1, 661},       {.99, 2, 836},   {.99, 9, 1865},
                          {.99, 10, 2000},   {.99, 2000, 208600}, {.999, 0, 4603}, {.999, 1, 6635},
                          {.999, 10, 20130}, {.999, 100, 125726}};
  for (const Row& row : rows)
    EXPECT_EQ(queries_under_needed(row.t, row.p), row.under) << row.p << ' ' << row.t;
}

// With none over, P(Binomial(n, 1-p) = 0) = p^n <= 0.01 needs n = ceil(ln 0.01 / ln p).
TEST(EarlyStopping, NoneOverIsAPower) {
  for (const double p : {0.5, 0.9, 0.97, 0.99, 0.999}) {
    EXPECT_EQ(queries_under_needed(0, p), std::ceil(std::log(0.01) / std::log(p))) << p;
  }
}

TEST(EarlyStopping, LeastQueriesForAnEstimate) {
  EXPECT_EQ(least_for_estimate(0.9), 64u);
  EXPECT_EQ(least_for_estimate(0.99), 662u);
  EXPECT_EQ(least_for_estimate(0.999), 6636u);
  EXPECT_FALSE(largest_over(63, 0.9));
  EXPECT_FALSE(largest_over(0, 0.9));
  EXPECT_EQ(largest_over(64, 0.9), 1u);
}

struct Published {
  double p;
  std::uint64_t queries, discarded;
};

// "Would discard ... highest latency queries" in submitted MLPerf Inference logs: t - 1. The last two are
// Lenovo, SE100, RTX 2000E Ada, ResNet-50, v5.1: SingleStream and MultiStream.
TEST(EarlyStopping, DiscardsAsManyAsPublishedLogs) {
  constexpr Published rows[] = {{.99, 2706, 14},       {.99, 7669, 55},       {.99, 14660, 117},
                                {.99, 1179125, 11539}, {.99, 2877878, 28385}, {.9, 14509, 1365},
                                {.9, 32242, 3097},     {.9, 95540, 9337},     {.9, 397382, 39297},
                                {.9, 2620968, 260966}, {.9, 4668268, 465317}, {.9, 4742678, 472747},
                                {.9, 1167425, 115987}, {.99, 408675, 3938}};
  for (const Published& row : rows) {
    const auto t = largest_over(row.queries, row.p);
    ASSERT_TRUE(t);
    EXPECT_EQ(*t - 1, row.discarded) << row.queries;
  }
}

TEST(EarlyStopping, EnoughTurnsExactlyAtTheNeededCount) {
  for (const std::uint64_t t : {0u, 1u, 7u, 300u}) {
    const std::uint64_t needed = queries_under_needed(t, 0.99) + t;
    EXPECT_FALSE(enough_queries(needed - 1, t, 0.99));
    EXPECT_TRUE(enough_queries(needed, t, 0.99));
  }
  EXPECT_FALSE(enough_queries(0, 0, 0.99));
  EXPECT_FALSE(enough_queries(5, 6, 0.99));
}

}  // namespace
}  // namespace ridgeline::stats
