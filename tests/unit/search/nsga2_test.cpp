// The search against the grid, on spaces that the grid can take.

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "../explore/studies.h"
#include "ridgeline/search.h"

namespace ridgeline::testing {
namespace {

ExploreOptions searching() {
  ExploreOptions options;
  options.search = search_nsga2;
  return options;
}

/// Of the grid's front, what the search found.
double share_found(const StudyResult& grid, const StudyResult& searched) {
  const auto found = places(searched.front);
  const auto wanted = places(grid.front);
  const auto n = std::count_if(wanted.begin(), wanted.end(), [&](const std::vector<std::string>& at) {
    return std::find(found.begin(), found.end(), at) != found.end();
  });
  return static_cast<double>(n) / static_cast<double>(wanted.size());
}

const std::string wide_space = R"(model: llama-3.1-8b
space:
  hardware: [h100, l4, a100, h200]
  precision: [fp16, fp8]
  tp: [1, 2, 4, 8]
  replicas: {from: 1, to: 8, step: 1}
  concurrency: {from: 1, to: 256, step: 5}
conditions: [devices <= 8]
constraints: [ttft < 100ms, tpot < 40ms]
uncertainty: {draws: 0, sensitivity: false}
)";

TEST(Nsga2, FindsTheWholeFrontOfASmallSpace) {
  const StudyResult grid = result_of(study(serving_space + two_objectives));
  for (const char* seed : {"1", "2", "3"}) {
    const StudyResult searched =
        result_of(study(serving_space + two_objectives +
                        "search: {population: 40, generations: 60, seed: " + seed + "}\n"),
                  searching());
    EXPECT_TRUE(searched.searched);
    EXPECT_FALSE(searched.interrupted());
    EXPECT_LE(searched.explored, grid.points);
    EXPECT_EQ(indices(searched.front), indices(grid.front)) << "seed " << seed;
    EXPECT_EQ(searched.front.front().metrics, grid.front.front().metrics);
  }
}

TEST(Nsga2, FindsMostOfTheFrontOfALargerSpaceInAPartOfIt) {
  const StudyResult grid = result_of(study(wide_space + two_objectives));
  const StudyResult searched = result_of(
      study(wide_space + two_objectives + "search: {population: 100, generations: 60}\n"), searching());
  const double found = share_found(grid, searched);
  RecordProperty("share_of_front_found", std::to_string(found));
  RecordProperty("share_of_points_seen",
                 std::to_string(static_cast<double>(searched.explored) / static_cast<double>(grid.points)));
  EXPECT_GT(found, 0.5);
  EXPECT_LT(searched.explored, grid.points / 2);
  // What it calls the front is no better than the grid's: the best by each objective are at most equal.
  EXPECT_LE(*searched.front.front().metrics[5], *grid.front.front().metrics[5]);
}

TEST(Nsga2, OneObjectiveIsSearchedTooAndFoundExactly) {
  const std::string one = "objectives: [{maximise: tokens_per_device}]\n";
  const StudyResult grid = result_of(study(serving_space + one));
  const StudyResult searched =
      result_of(study(serving_space + one + "search: {population: 40, generations: 60}\n"), searching());
  EXPECT_EQ(indices(searched.front), indices(grid.front));
}

TEST(Nsga2, TheSeedAndNothingElseChoosesThePoints) {
  const auto with = [](const char* seed, unsigned threads) {
    ExploreOptions options = searching();
    options.threads = threads;
    return result_of(
        study(wide_space + two_objectives + "search: {population: 16, generations: 5, seed: " + seed + "}\n"),
        options);
  };
  const StudyResult a = with("1", 1), b = with("1", 3), other = with("2", 1);
  EXPECT_EQ(indices(a.front), indices(b.front));
  EXPECT_EQ(a.explored, b.explored);
  EXPECT_TRUE(a.explored != other.explored || indices(a.front) != indices(other.front));
}

TEST(Nsga2, ContinuousRangesAreSearched) {
  // Bandwidth and memory are what decoding is bound by: the most of both is the best.
  const Study s = study(
      "model: llama-3.1-8b\ncalibration: ideal\nworkload: {isl: 512, osl: 128}\n"
      "space: {hardware: h100, concurrency: {from: 1, to: 512}, hardware.memory.bandwidth: {from: 2 TB/s, "
      "to: 6 TB/s}}\n"
      "objectives: [{minimise: tpot}, {maximise: tokens}]\nuncertainty: {draws: 0, sensitivity: false}\n"
      "search: {population: 40, generations: 60}\n");
  EXPECT_EQ(s.points(), 512U * 1001U);
  const StudyResult result = result_of(s, searching());
  ASSERT_FALSE(result.front.empty());
  const auto bandwidth = std::find_if(s.axes.begin(), s.axes.end(),
                                      [](const StudyAxis& a) { return a.kind == AxisKind::field; });
  for (const StudyPoint& p : result.front)
    EXPECT_GT(std::stod(p.at[static_cast<std::size_t>(bandwidth - s.axes.begin())]), 5.9);
}

TEST(Nsga2, ReachesTheFeasibleFromASpaceThatIsMostlyNot) {
  // Of 2 x 4 x 4 x 128 points those with more than 8 devices are excluded, most of the others break a limit.
  const Study s = study(
      "model: llama-3.1-70b\nspace: {hardware: [l4, h100], tp: [1, 2, 4, 8], replicas: [1, 2, 4, 8], "
      "precision: fp8,\n"
      "  concurrency: {from: 1, to: 512, step: 4}}\nconditions: [devices <= 8]\n"
      "constraints: [tpot < 20ms, ttft < 200ms]\nobjectives: [{maximise: tokens_per_device}]\n"
      "uncertainty: {draws: 0, sensitivity: false}\nsearch: {population: 40, generations: 60}\n");
  Study grid = s;
  grid.search.reset();
  const StudyResult all = result_of(grid), searched = result_of(s, searching());
  ASSERT_FALSE(all.front.empty());
  ASSERT_FALSE(searched.front.empty());
  EXPECT_GE(*searched.front.front().metrics[5], 0.95 * *all.front.front().metrics[5]);
}

TEST(Nsga2, WhatIsKnownIsKeptWhenItIsStopped) {
  ExploreOptions options = searching();
  std::size_t seen = 0;
  std::atomic<bool> stop{false};
  options.stop = &stop;
  options.progress = [&](const ExploreProgress& p) {
    seen = p.explored;
    stop = p.explored >= 2;
  };
  const StudyResult result = result_of(
      study(serving_space + two_objectives + "search: {population: 16, generations: 100}\n"), options);
  EXPECT_EQ(seen, 2U);
  EXPECT_TRUE(result.interrupted());
  EXPECT_FALSE(result.front.empty());
  EXPECT_GE(result.explored, 8U);
}

}  // namespace
}  // namespace ridgeline::testing
