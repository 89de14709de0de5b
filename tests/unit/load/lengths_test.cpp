#include "load/lengths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "folder.h"
#include "ridgeline/scenario.h"

namespace ridgeline {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr double sigmas = 5;

std::vector<TokenLengths> drawn(const std::string& text, std::size_t count) {
  const auto distribution = parse_lengths(text);
  EXPECT_TRUE(distribution) << text;
  const auto lengths = load::draw_lengths(*distribution, 9, count);
  EXPECT_TRUE(lengths);
  return *lengths;
}

TEST(Lengths, FixedAreAllAlike) {
  TokenLengths alike;
  alike.input = 128;
  alike.output = 64;
  EXPECT_THAT(drawn("fixed:128/64", 100), Each(alike));
}

// A whole number uniform on a..b has mean (a + b) / 2 and variance ((b - a + 1)^2 - 1) / 12.
TEST(Lengths, UniformHaveTheirMean) {
  constexpr double n = 100000;
  double input = 0, output = 0;
  for (const TokenLengths& l : drawn("uniform:100-500/10-10", static_cast<std::size_t>(n))) {
    ASSERT_TRUE(l.input >= 100 && l.input <= 500);
    input += l.input;
    output += l.output;
  }
  EXPECT_NEAR(input / n, 300, sigmas * std::sqrt((401. * 401 - 1) / 12 / n));
  EXPECT_EQ(output / n, 10);
}

// Rounding adds at most half a token to the mean, and in fact far less: the density is smooth over a token.
TEST(Lengths, LognormalHaveTheirMeansAndAreDrawnApart) {
  constexpr double n = 100000;
  double input = 0, output = 0, product = 0;
  for (const TokenLengths& l : drawn("lognormal:295,0.9/294.45,0.7", static_cast<std::size_t>(n))) {
    input += l.input;
    output += l.output;
    product += (l.input / 295. - 1) * (l.output / 294.45 - 1);
  }
  EXPECT_NEAR(input / n, 295, 295 * sigmas * 0.9 / std::sqrt(n) + 0.05);
  EXPECT_NEAR(output / n, 294.45, 294.45 * sigmas * 0.7 / std::sqrt(n) + 0.05);
  EXPECT_NEAR(product / n, 0, sigmas * 0.9 * 0.7 / std::sqrt(n));  // independent: the covariance is 0
}

TEST(Lengths, EmpiricalRowsStayTogether) {
  const Folder folder;
  const auto path = folder.write("lengths.csv", "input_tokens,output_tokens\n1,10\n2,20\n2,20\n3,30\n");
  std::size_t twos = 0;
  constexpr double n = 40000;
  for (const TokenLengths& l : drawn("file:" + path, static_cast<std::size_t>(n))) {
    ASSERT_EQ(l.output, 10 * l.input);
    twos += l.input == 2;
  }
  EXPECT_NEAR(static_cast<double>(twos) / n, 0.5, sigmas * 0.5 / std::sqrt(n));
  EXPECT_FALSE(load::draw_lengths(*parse_lengths("file:no-such-file.csv"), 1, 1));
}

// One stream for each side: the outputs do not change with the inputs' distribution.
TEST(Lengths, SidesDrawFromTheirOwnStreams) {
  const auto a = drawn("uniform:1-9/1-1000", 50), b = drawn("uniform:1-90000/1-1000", 50);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(a[i].output, b[i].output);
}

TEST(Lengths, OfASchedule) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = 10;
  s.min_duration = std::chrono::seconds(10);
  EXPECT_TRUE(make_schedule(s)->lengths.empty());
  s.lengths = *parse_lengths("fixed:7/8");
  auto schedule = make_schedule(s);
  EXPECT_EQ(schedule->lengths.size(), schedule->arrivals.size());
  s = Scenario::mlperf(ScenarioKind::offline);
  s.lengths = *parse_lengths("fixed:7/8");
  schedule = make_schedule(s);
  EXPECT_EQ(schedule->lengths.size(), schedule->samples);
  s = Scenario::mlperf(ScenarioKind::closed_loop);
  s.lengths = *parse_lengths("fixed:7/8");
  EXPECT_FALSE(make_schedule(s)->lengths.empty());
}

TEST(ParseLengths, RefusesWhatIsNoDistribution) {
  for (const char* wrong :
       {"", "fixed:", "fixed:1", "fixed:0/1", "fixed:1/0", "fixed:1.5/2", "fixed:-1/2", "uniform:1-2",
        "uniform:5-2/1-1", "uniform:0-2/1-1", "lognormal:295,1", "lognormal:0,1/1,1", "lognormal:1,-1/1,1",
        "lognormal:1,1/1,11", "lognormal:1,1/1,1,1", "file:", "normal:1/1"}) {
    EXPECT_FALSE(parse_lengths(wrong)) << wrong;
  }
}

TEST(LengthPresets, AreReadAndHaveSources) {
  const std::string folder = std::string(RIDGELINE_DATA_DIR) + "/lengths/";
  for (const char* name :
       {"llama2-70b", "llama3.1-8b", "llama3.1-405b", "mixtral-8x7b", "deepseek-r1", "gptj"}) {
    const auto preset = load_lengths(folder + name + ".yaml");
    ASSERT_TRUE(preset) << preset.error().message;
    EXPECT_EQ(preset->kind, TokenLengthDistribution::Kind::lognormal) << name;
  }
  EXPECT_EQ(load_lengths(folder + "llama2-70b.yaml")->input_mean, 295);
  EXPECT_FALSE(load_lengths(folder + "nobody.yaml"));
  const Folder scratch;
  const auto wrong =
      load_lengths(scratch.write("preset.yaml", "name: x\nsource: y\ndistribution: fixed:0/1\n"));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message,
              HasSubstr("preset.yaml:3: distribution: lengths: a request needs at least"));
}

}  // namespace
}  // namespace ridgeline
