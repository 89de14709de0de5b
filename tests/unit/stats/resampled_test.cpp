#include "stats/resampled.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "stats/block_bootstrap.h"
#include "stats/quantile.h"

namespace ridgeline::stats {
namespace {

/// Few distinct values, so that many are equal.
std::vector<Weighted> series(std::size_t n, const BlockPlan& plan, RandomStream& stream) {
  std::vector<Weighted> values;
  for (std::size_t i = 0; i < n; ++i)
    values.push_back({std::floor(stream.exponential() * 20), 1, plan.unit_of(i)});
  return values;
}

TEST(ResampledQuantiles, AreThoseOfTheSortedReplica) {
  RandomStream stream(1, "resampled");
  const BlockPlan plan = plan_blocks(300, 16);
  const auto values = series(300, plan, stream);
  const std::vector<double> levels{0.1, 0.5, 0.99};
  const ResampledQuantiles quantiles(values, plan.units, levels);
  BlockDraws draws(plan, 7, "test");
  for (int i = 0; i < 200; ++i) {
    const auto times = draws.next();
    std::vector<double> replica, found(3);
    for (const Weighted& w : values)
      replica.insert(replica.end(), static_cast<std::size_t>(times[w.unit]), w.value);
    std::sort(replica.begin(), replica.end());
    quantiles.at(times, found);
    for (std::size_t k = 0; k < levels.size(); ++k)
      EXPECT_EQ(found[k], replica[nearest_rank(replica.size(), levels[k])]);
  }
}

TEST(ResampledQuantiles, AReplicaWithoutValuesHasNone) {
  const ResampledQuantiles quantiles({{1, 1, 0}, {2, 1, 0}}, 2, {0.5});
  std::vector<double> found(1);
  quantiles.at(std::vector<double>{0, 2}, found);
  EXPECT_TRUE(std::isnan(found[0]));
}

TEST(ResampledQuantiles, WeightsCountAsOftenAsTheySay) {
  // 1, 1, 1, 5, 5, 9: the median by nearest rank is the one of rank 3.
  const ResampledQuantiles quantiles({{9, 1, 0}, {1, 3, 0}, {5, 2, 0}}, 1, {0.5, 0.9});
  std::vector<double> found(2);
  quantiles.at(std::vector<double>{1}, found);
  EXPECT_EQ(found[0], 5);
  EXPECT_EQ(found[1], 9);
}

TEST(ResampledRatio, IsTheRatioOfTheSums) {
  ResampledRatio ratio(2);
  ratio.add(0, 3, 1);
  ratio.add(1, 5, 4);
  EXPECT_EQ(ratio.at(std::vector<double>{2, 1}), 11.0 / 6);
  EXPECT_TRUE(std::isnan(ratio.at(std::vector<double>{0, 0})));
}

TEST(Placements, AreThoseOfAllPairs) {
  RandomStream stream(2, "placements");
  const BlockPlan plan = plan_blocks(80, 1);
  auto a = series(80, plan, stream), b = series(60, plan, stream);
  const auto by_value = [](const Weighted& x, const Weighted& y) { return x.value < y.value; };
  std::sort(a.begin(), a.end(), by_value);
  std::sort(b.begin(), b.end(), by_value);
  const auto [of_a, of_b] = placements(a, b);
  double by_a = 0, by_b = 0, pairs = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double above = 0;
    for (const Weighted& other : b)
      above += other.value > a[i].value ? 1 : other.value == a[i].value ? 0.5 : 0;
    EXPECT_NEAR(of_a[i], above / 60, 1e-12);
    by_a += of_a[i] / 80;
    pairs += above / 80 / 60;
  }
  for (const double share : of_b) by_b += share / 60;
  EXPECT_NEAR(by_a, pairs, 1e-12);
  EXPECT_NEAR(by_b, pairs, 1e-12);
}

}  // namespace
}  // namespace ridgeline::stats
