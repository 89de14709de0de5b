#include "ridgeline/step_times.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

constexpr double ticks_per_second = 1e9 * (1 << 24);

double seconds(Ticks t) { return static_cast<double>(t.count()) / ticks_per_second; }

Calibration fitted_like() {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.overlap = Overlap::partial;
  c.memory_efficiency = 0.8;
  c.per_step = milliseconds(1);
  c.per_sequence = microseconds(5);
  c.per_layer = microseconds(4);
  c.serving.interference = 0.75;
  c.serving.prompt_stretch = 1.25;
  c.serving.per_prompt = milliseconds(2);
  return c;
}

StepTimes table(const StepLimits& limits, const Calibration& c = fitted_like()) {
  auto times = StepTimes::make(llama_3_8b(), h100(), fp16, {}, c, limits);
  EXPECT_TRUE(times) << times.error().message;
  return *std::move(times);
}

double predicted(const StepShape& shape, const Calibration& c = fitted_like()) {
  return predict(llama_3_8b(), h100(), fp16, shape, c)->latency.value();
}

TEST(StepTimes, IsThePredictionAtEveryContextSampled) {
  const StepTimes times = table({8, 4096, {1000}});
  for (const std::uint32_t b : {1U, 3U, 8U}) {
    for (const std::uint64_t c : times.contexts()) {
      const double expected = predicted(StepShape::decode(b, static_cast<std::uint32_t>(c)));
      EXPECT_NEAR(seconds(times.decode(b, b * c)), expected, 1e-15) << b << " at " << c;
    }
  }
  for (const std::uint64_t n : times.prompts()) {
    if (n == 0) continue;
    const auto tokens = static_cast<std::uint32_t>(n);
    EXPECT_NEAR(seconds(times.prompt(0, tokens)),
                std::max(predicted(StepShape::prefill(1, tokens)), predicted(StepShape::prefill(1, 1))),
                1e-15)
        << n;
  }
  EXPECT_EQ(times.per_prompt(), Ticks((2'000'000LL << 24)));
}

// The header's promise: within 1 % of what attention adds, here the time beyond that at context 0.
TEST(StepTimes, IsCloseBetweenThem) {
  const StepTimes times = table({64, 8192, {}});
  RandomStream random(3, "contexts");
  for (int i = 0; i < 300; ++i) {
    const auto b = static_cast<std::uint32_t>(1 + random.below(64));
    const auto c = static_cast<std::uint32_t>(16 + random.below(8000));
    const double expected = predicted(StepShape::decode(b, c));
    const double attention = expected - predicted(StepShape::decode(b, 0));
    EXPECT_NEAR(seconds(times.decode(b, std::uint64_t{b} * c)), expected, 0.01 * attention + 1e-9)
        << b << " at " << c;
    const double prompt = predicted(StepShape::prefill(1, c));
    EXPECT_NEAR(seconds(times.prompt(0, c)), prompt, 0.01 * prompt) << c;
  }
}

TEST(StepTimes, ManyStepsAreTheSumOfSingleOnesToTheTick) {
  const StepTimes times = table({16, 2048, {}});
  RandomStream random(5, "runs");
  for (int i = 0; i < 200; ++i) {
    const auto b = static_cast<std::uint32_t>(1 + random.below(16));
    const std::uint64_t context = random.below(b * 1000ULL), steps = 1 + random.below(900);
    Ticks sum{0};
    for (std::uint64_t s = 0; s < steps; ++s) sum += times.decode(b, context + s * b);
    EXPECT_EQ(times.decode_run(b, context, steps), sum);
  }
}

TEST(StepTimes, FindsTheFewestStepsThatTakeSoLong) {
  const StepTimes times = table({16, 2048, {}});
  RandomStream random(7, "durations");
  for (int i = 0; i < 200; ++i) {
    const auto b = static_cast<std::uint32_t>(1 + random.below(16));
    const std::uint64_t context = random.below(b * 1000ULL);
    const std::uint64_t least = 1 + random.below(900);
    const Ticks exactly = times.decode_run(b, context, least);
    EXPECT_EQ(times.steps_for(b, context, exactly), least);
    EXPECT_EQ(times.steps_for(b, context, exactly + Ticks(1)), least + 1);
  }
  EXPECT_EQ(times.steps_for(4, 100, Ticks(0)), 1U);
}

TEST(StepTimes, ChunksOfAPromptAddUpToTheWhole) {
  const StepTimes times = table({1, 8192, {}});
  Ticks sum{0};
  for (std::uint32_t from = 0; from < 8192; from += 1024) sum += times.prompt(from, from + 1024);
  EXPECT_EQ(sum, times.prompt(0, 8192));
  // A pass over one token reads every weight: no part of a prompt takes less.
  EXPECT_EQ(times.prompt(4000, 4001), times.prompt(0, 1));
}

TEST(StepTimes, UsesTheServingCoefficients) {
  const StepTimes times = table({1, 1024, {}});
  const Ticks t(1'000'000'007);
  EXPECT_NEAR(static_cast<double>(times.beside_decode(t).count()), 0.75e9, 10);
  EXPECT_NEAR(static_cast<double>(times.stretched(t).count()), 1.25e9, 10);
}

TEST(StepTimes, EachDataRankTakesItsPart) {
  const Calibration c = fitted_like();
  Hardware chip = h100();
  Link link;
  link.bandwidth.value = BytesPerSecond(450e9);
  link.domain = 8;
  chip.links.push_back(link);
  Parallelism two;
  two.data = 2;
  const auto times = StepTimes::make(llama_3_8b(), chip, fp16, two, c, {4, 1024, {}});
  ASSERT_TRUE(times) << times.error().message;
  const double both = predict(llama_3_8b(), chip, fp16, StepShape::prefill(2, 1024), c, two)->latency.value();
  EXPECT_NEAR(seconds(times->prompt(0, 1024)), both / 2, 1e-15);
}

TEST(StepTimes, RefusesWhatItCannotHold) {
  const auto message = [](const StepLimits& limits) {
    const auto made = StepTimes::make(llama_3_8b(), h100(), fp16, {}, Calibration::ideal(), limits);
    return made ? std::string() : made.error().message;
  };
  EXPECT_EQ(message({0, 1024, {}}), "step times: max_sequences is 0; must be 1 to 16384");
  EXPECT_EQ(message({1, 1, {}}), "step times: max_context is 1; must be 2 to 16777216");
  LinearCosts slow;
  slow.step = std::chrono::seconds(11);
  const auto made = StepTimes::linear(slow, {1, 16, {}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "step times: a decode pass of 1 sequences takes 11 s; must be above 0 and at most 10 s");
}

}  // namespace
}  // namespace ridgeline
