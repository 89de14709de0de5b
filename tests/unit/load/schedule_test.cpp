#include "load/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ridgeline {
namespace {

Scenario server(double qps, std::uint64_t seed) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = qps;
  s.seed = seed;
  return s;
}

constexpr std::uint64_t seed_v4_1 = 14962580496156340209ULL, seed_v4_1_test05 = 5435552105434836064ULL;
constexpr std::uint64_t seed_v5_1 = 18209322760996052031ULL, seed_v6_0 = 3936089224930324775ULL;
constexpr std::uint64_t seed_v6_1 = 16159082839903944936ULL;

struct Gaps {
  std::uint64_t seed;
  std::uint64_t drawn;  ///< gaps, one fewer than arrivals
  std::int64_t last;
  std::vector<std::int64_t> gaps;
};

// Drawn by LoadGen 6.0.17's code built with g++ 12.2: 1,000 queries a second for 600 s.
TEST(ServerSchedule, HasLoadGensGaps) {
  const Gaps rounds[] = {
      {seed_v5_1, 599637, 600001716278, {1832647, 1794177, 1098587, 343090,  228474,  852014, 326189,
                                         1316881, 207303,  701708,  107337,  1586250, 801254, 1063019,
                                         247258,  414327,  1904517, 1486806, 1566780, 1074037}},
      {seed_v6_0, 599680, 600000211001, {108062,  646335,  200857,  431558,  1808503, 450352,  1493559,
                                         1291089, 344398,  901425,  1165265, 1297976, 3952790, 404826,
                                         248316,  1300725, 2578350, 454424,  2927699, 5349877}}};
  for (const Gaps& round : rounds) {
    const auto schedule = make_schedule(server(1000, round.seed));
    ASSERT_TRUE(schedule);
    const auto& arrivals = schedule->arrivals;
    ASSERT_EQ(arrivals.size(), round.drawn + 1);
    EXPECT_EQ(arrivals.front().count(), 0);
    EXPECT_EQ(arrivals.back().count(), round.last);
    for (std::size_t i = 0; i < round.gaps.size(); ++i) {
      EXPECT_EQ((arrivals[i + 1] - arrivals[i]).count(), round.gaps[i]) << i;
    }
  }
}

struct Submitted {
  double qps;
  std::uint64_t seed;
  int seconds;
  std::uint64_t min_queries, dataset;  ///< 0: without equal issue
  std::uint64_t queries;
  std::int64_t last;
};

// Settings of submitted MLPerf Inference v4.1 and v5.1 runs with the count and last scheduled time that
// LoadGen's code gives for them, which reproduce the published scheduled rate: SDXL (Dell, Quanta; one with
// seed 0 by Google), llama3.1-405b (Nebius), deepseek-r1 (NVIDIA), gptj (Cisco, HPE), llama2-70b (Dell),
// retinanet (Quanta), mixtral (MiTAC).
TEST(ServerSchedule, ReproducesSubmittedRuns) {
  constexpr Submitted runs[] = {{0.828, seed_v5_1, 600, 100, 0, 499, 607228080754},
                                {1.794, seed_v4_1, 600, 100, 0, 1016, 600729724422},
                                {4.032, seed_v4_1_test05, 600, 100, 0, 2400, 600075391648},
                                {280, seed_v4_1, 600, 100, 0, 168283, 600001131838},
                                {361.35, seed_v5_1, 600, 100, 0, 217015, 600000376159},
                                {1.95, seed_v5_1, 600, 100, 8313, 8313, 4265208622213},
                                {17.02, 0, 600, 100, 0, 10248, 600047754169},
                                {5, seed_v5_1, 600, 26328, 4388, 26328, 5247528333385},
                                {1.65, seed_v4_1, 7200, 100, 13368, 13368, 8104429327187},
                                {36.5, seed_v4_1, 600, 100, 13368, 26736, 731265768001},
                                {28.3, seed_v5_1, 600, 100, 24576, 24576, 864821969364},
                                {400, seed_v5_1, 720, 100, 15000, 300000, 750197597782}};
  for (const Submitted& run : runs) {
    Scenario s = server(run.qps, run.seed);
    s.min_duration = std::chrono::seconds(run.seconds);
    s.min_queries = run.min_queries;
    s.dataset_samples = run.dataset;
    const auto schedule = make_schedule(s);
    ASSERT_TRUE(schedule);
    EXPECT_EQ(schedule->arrivals.size(), run.queries) << run.qps;
    EXPECT_EQ(schedule->arrivals.back().count(), run.last) << run.qps;
  }
}

// A run of LoadGen 6.0.17 itself, recorded: 500 queries a second, 1.5 s, 700 queries at least: 765 queries.
TEST(ServerSchedule, SeedIsTakenModuloTwoToThe32) {
  Scenario s = server(500, seed_v6_1);
  s.min_duration = std::chrono::milliseconds(1500);
  s.min_queries = 700;
  const auto schedule = make_schedule(s);
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->arrivals.size(), 765u);
  s.seed &= 0xffffffffU;
  EXPECT_EQ(make_schedule(s)->arrivals, schedule->arrivals);
  s.seed ^= 1;
  EXPECT_NE(make_schedule(s)->arrivals, schedule->arrivals);
}

TEST(ServerSchedule, EndsAtTheFirstArrivalThatSatisfiesBothMinimums) {
  Scenario s = server(100, 1);
  s.min_queries = 1;
  s.min_duration = std::chrono::seconds(1);
  const auto by_duration = make_schedule(s)->arrivals;
  EXPECT_GE(by_duration.back(), s.min_duration);
  EXPECT_LT(by_duration[by_duration.size() - 2], s.min_duration);
  s.min_queries = 5000;
  const auto by_count = make_schedule(s)->arrivals;
  EXPECT_EQ(by_count.size(), 5000u);
  EXPECT_TRUE(std::equal(by_duration.begin(), by_duration.end(), by_count.begin()));
  s.max_queries = 30;
  EXPECT_EQ(make_schedule(s)->arrivals.size(), 30u);
}

// Exponential gaps: mean 1/rate, and as large a standard deviation. Standard error of the mean: 1/sqrt(n).
TEST(ServerSchedule, IsPoisson) {
  Scenario s = server(1000, 42);
  s.min_queries = 200000;
  s.min_duration = Nanoseconds(0);
  const auto arrivals = make_schedule(s)->arrivals;
  double sum = 0, squares = 0;
  const double n = static_cast<double>(arrivals.size() - 1);
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    const double gap = to_seconds(arrivals[i] - arrivals[i - 1]).value() * 1000;
    sum += gap, squares += gap * gap;
  }
  EXPECT_NEAR(sum / n, 1, 5 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 2, 5 * std::sqrt(20 / n));  // Var(X^2) = 24 - 4
}

TEST(OfflineSchedule, IsOneQueryOfTheGreaterCount) {
  Scenario s = Scenario::mlperf(ScenarioKind::offline);
  EXPECT_EQ(make_schedule(s)->samples, 24576u);
  s.target_qps = 1000;  // 1.1 * 600 s * 1000/s
  EXPECT_NEAR(make_schedule(s)->samples, 660000, 1);
  EXPECT_TRUE(make_schedule(s)->arrivals.empty());
  s.dataset_samples = 50000;  // 660,000 rounded up to whole passes
  EXPECT_EQ(make_schedule(s)->samples, 700000u);
  s.max_queries = 10;
  EXPECT_EQ(make_schedule(s)->samples, 10u);
}

TEST(ClosedLoop, EndsLikeLoadGen) {
  Scenario s = Scenario::mlperf(ScenarioKind::multi_stream);
  EXPECT_EQ(make_schedule(s)->samples, 8u);
  EXPECT_FALSE(load::is_last_query(s, 661, s.min_duration));
  EXPECT_TRUE(load::is_last_query(s, 662, s.min_duration));
  EXPECT_FALSE(load::is_last_query(s, 10'000'000, s.min_duration - Nanoseconds(1)));
  s.max_queries = 5;
  EXPECT_FALSE(load::is_last_query(s, 4, s.min_duration * 2));
  EXPECT_TRUE(load::is_last_query(s, 5, Nanoseconds(0)));
}

TEST(MakeSchedule, RefusesABadScenario) { EXPECT_FALSE(make_schedule(server(0, 1))); }

}  // namespace
}  // namespace ridgeline
