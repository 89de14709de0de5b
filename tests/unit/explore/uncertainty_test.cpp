#include <algorithm>

#include "studies.h"

namespace ridgeline::testing {
namespace {

const std::string space =
    "model: llama-3.1-8b\nworkload: {isl: 256, osl: 64}\nspace:\n  hardware: [HARDWARE]\n"
    "  concurrency: [1, 8, 64]\n" +
    two_objectives;

std::string on(const std::string& hardware, const std::string& more) {
  std::string text = space;
  return text.replace(text.find("HARDWARE"), 8, hardware) + more;
}

TEST(Survival, OfOneDeviceIsCertainBecauseItsErrorIsShared) {
  // Every time on the device is multiplied alike, so users per device still trade against users.
  const StudyResult result = result_of(study(on("h100", "uncertainty: {draws: 200, sensitivity: false}\n")));
  ASSERT_TRUE(result.survival);
  ASSERT_EQ(result.survival->on_front.size(), result.front.size());
  EXPECT_EQ(result.front.size(), 3U);
  for (const double share : result.survival->on_front) EXPECT_GT(share, 0.99);
}

TEST(Survival, OfAlikeDevicesIsNot) {
  // The other is close enough behind to overtake in some draws, and far enough not to in all.
  const StudyResult result =
      result_of(study(on("h100, a100", "uncertainty: {draws: 400, sensitivity: false}\n")));
  ASSERT_TRUE(result.survival);
  const auto& shares = result.survival->on_front;
  EXPECT_GT(*std::min_element(shares.begin(), shares.end()), 0.3);
  EXPECT_LT(*std::min_element(shares.begin(), shares.end()), 1);
  EXPECT_EQ(result.survival->contenders, 6U);
}

TEST(Survival, CannotBeToldWithoutAKnownError) {
  const StudyResult result = result_of(study(on("h100", "calibration: ideal\n")));
  ASSERT_TRUE(result.survival);
  EXPECT_TRUE(result.survival->on_front.empty());
  EXPECT_EQ(result.survival->unknown, std::vector<std::string>{"h100-sxm-80gb"});
}

TEST(Sensitivity, OfAMemoryBoundPassIsThatOfTheBandwidth) {
  // Ideal, batch 1: latency is bytes / bandwidth, so 10 % less makes it 1 / 0.9 and 10 % more 1 / 1.1.
  const StudyResult result =
      result_of(study("model: llama-3.1-8b\ncalibration: ideal\nspace:\n  hardware: [h100]\n  batch: [1]\n"
                      "objectives: [{minimise: latency}]\n"));
  ASSERT_FALSE(result.sensitivity.empty());
  const InputSensitivity& first = result.sensitivity.front();
  EXPECT_EQ(first.input, "h100-sxm-80gb memory.bandwidth");
  EXPECT_TRUE(first.assumed);
  const double latency = *result.front.front().metrics[0];
  EXPECT_NEAR(*first.at_low, latency / 0.9, latency * 1e-3);
  EXPECT_NEAR(*first.at_high, latency / 1.1, latency * 1e-3);
  EXPECT_TRUE(first.wins_at_low);
}

TEST(Sensitivity, SaysWhereTheWinnerWouldLose) {
  // The H200 is an H100 with 4.8 rather than 3.35 TB/s: within 10 % it stays first; give it 3.5 and 10 % less
  // loses.
  const std::string text =
      "model: llama-3.1-8b\ncalibration: ideal\nspace:\n  hardware: [h100, h200]\n  batch: [1]\n"
      "objectives: [{minimise: latency}]\n";
  Study s = study(text);
  EXPECT_TRUE(result_of(s).sensitivity.front().wins_at_low);
  s.devices[1].hardware.memory.bandwidth->value = BytesPerSecond(3.5e12);
  const StudyResult close = result_of(s);
  EXPECT_EQ(close.front.front().at[0], "h200-sxm-141gb");
  EXPECT_FALSE(close.sensitivity.front().wins_at_low);
  EXPECT_TRUE(close.sensitivity.front().wins_at_high);
}

TEST(Verify, AClosedGroupIsSimulatedNearItsPrediction) {
  const Study s = study(on("h100", "verify: {ttft_p99: 10s}\nuncertainty: {draws: 0, sensitivity: false}\n"));
  const StudyResult result = result_of(s);
  ASSERT_EQ(result.verified.size(), result.front.size());
  for (std::size_t i = 0; i < result.verified.size(); ++i) {
    const VerifiedPoint& p = result.verified[i];
    EXPECT_EQ(p.error, "");
    EXPECT_EQ(p.rank, i + 1);
    EXPECT_TRUE(p.meets_slo);
    EXPECT_DOUBLE_EQ(p.attainment, 1);
    const double predicted = *result.front[p.front].metrics[1];
    EXPECT_NEAR(*p.metrics[1], predicted, 0.25 * predicted);
    // Little's law: users = rate x time in the system.
    const double users = std::stod(result.front[p.front].at[3]);
    EXPECT_NEAR(*p.metrics[3] * *p.metrics[2], users, 0.1 * users + 0.1);
  }
}

TEST(Verify, PointsThatMissTheSloComeLastAndSayWhy) {
  // 1 us to the first token: none does.
  const Study s =
      study(on("h100", "verify: {ttft_p99: 1us, points: 2}\nuncertainty: {draws: 0, sensitivity: false}\n"));
  const StudyResult result = result_of(s);
  ASSERT_EQ(result.verified.size(), 2U);
  for (const VerifiedPoint& p : result.verified) {
    EXPECT_FALSE(p.meets_slo);
    EXPECT_FALSE(p.on_front);
    EXPECT_EQ(p.goodput, 0);
    EXPECT_NE(p.disagreement.find("within the SLO"), std::string::npos);
  }
}

}  // namespace
}  // namespace ridgeline::testing
