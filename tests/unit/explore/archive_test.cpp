#include "explore/archive.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace ridgeline::studies {
namespace {

bool dominates(const Keys& a, const Keys& b, std::size_t objectives) {
  bool better = false;
  for (std::size_t i = 0; i < objectives; ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

/// Few distinct values, so that there are equal points and ties in one key.
std::vector<Member> random_points(RandomStream& random, std::size_t n, std::size_t objectives) {
  std::vector<Member> points;
  for (std::size_t i = 0; i < n; ++i) {
    Member m{i, 0, {}};
    for (std::size_t k = 0; k < objectives; ++k) m.keys[k] = static_cast<double>(random.below(8)) - 4;
    points.push_back(m);
  }
  return points;
}

TEST(Archive, HoldsWhatNothingDominatesWhateverTheOrder) {
  RandomStream random(7, "archive");
  for (std::size_t round = 0; round < 60; ++round) {
    const std::size_t objectives = 1 + round % 4;
    std::vector<Member> points = random_points(random, 120, objectives);
    // By definition: not dominated, the first of its equals.
    std::vector<std::uint64_t> expected;
    std::uint64_t equals = 0;
    for (const Member& m : points) {
      const bool dominated = std::any_of(points.begin(), points.end(), [&](const Member& other) {
        return dominates(other.keys, m.keys, objectives);
      });
      const bool repeats = std::any_of(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(m.index),
                                       [&](const Member& other) { return other.keys == m.keys; });
      if (dominated) continue;
      if (repeats)
        ++equals;
      else
        expected.push_back(m.index);
    }
    // Shuffled, and in two parts that are put together.
    for (std::size_t i = points.size(); i-- > 1;) std::swap(points[i], points[random.below(i + 1)]);
    Archive all(objectives), part(objectives);
    for (std::size_t i = 0; i < points.size(); ++i) (i % 3 == 0 ? part : all).add(points[i]);
    all.add(part);
    std::vector<std::uint64_t> found;
    std::uint64_t found_equals = 0;
    for (const Member& m : all.members()) {
      found.push_back(m.index);
      found_equals += m.equals;
    }
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, expected);
    EXPECT_EQ(found_equals, equals);
  }
}

TEST(Best, KeepsTheFirstFewWhateverTheOrder) {
  RandomStream random(8, "best");
  std::vector<Member> points = random_points(random, 50, 2), sorted = points;
  std::sort(sorted.begin(), sorted.end(), comes_before);
  for (std::size_t i = points.size(); i-- > 1;) std::swap(points[i], points[random.below(i + 1)]);
  Best best(5);
  for (const Member& m : points) best.add(m);
  ASSERT_EQ(best.members().size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(best.members()[i].index, sorted[i].index);
  Best none(0);
  none.add(points.front());
  EXPECT_TRUE(none.members().empty());
}

}  // namespace
}  // namespace ridgeline::studies
