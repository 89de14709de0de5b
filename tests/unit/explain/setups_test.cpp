// Setups against setups, each case with its figures by hand. The tutorial's: 16.06 GB over 2.039 and 3.35
// TB/s, plus 3.2 ms of overhead.

#include "setups.h"

#include <cmath>

namespace ridgeline {
namespace {

using namespace test;

Hardware with_links(Hardware hardware, double gigabytes_per_second) {
  Link link;
  link.name = "NVLink";
  link.bandwidth.value = BytesPerSecond(gigabytes_per_second * 1e9);
  link.domain = 8;
  hardware.links = {link};
  return hardware;
}

TEST(Setups, HeadlineAndPartsOfTheTutorial) {
  const Explanation e = explained(setup(a100()), setup(h100()));
  EXPECT_EQ(headline(e.profiles), headline(compared(textbook(a100(), 1), textbook(h100(), 1))));
  EXPECT_EQ(e.latency.per, "pass");
  EXPECT_NEAR(part_of(e.latency, "memory bandwidth").value, 2 * 8030261248.0 * (1 / 2039e9 - 1 / 3350e9),
              1e-12);
  EXPECT_EQ(part_of(e.latency, "peak FLOP/s").value, 0);
  // 11.077 / 7.994 with the bandwidth alone; all of it gone without.
  EXPECT_TRUE(says(e, "With the proposal's memory bandwidth alone: 1.39x; with everything but it: 1.00x."));
}

TEST(Setups, WhatHelpsOnlyTogetherIsShared) {
  // Batch 200 on half of 312 TFLOP/s: 20.6 ms of compute, 7.88 ms of memory. With 16 times the peak memory
  // binds at 7.88 ms; with 4 times the bandwidth besides, compute's 1.287 ms is below the 1.969 ms of memory.
  const auto shape = StepShape::decode(200, 0);
  const auto ideal = Calibration::textbook(0.5, Seconds(0));
  const double compute = 2 * 8030261248.0 * 200 / (0.5 * 312e12), memory = 2 * 8030261248.0 / 2039e9;
  const Explanation e = explained(setup(a100(), shape, ideal),
                                  setup(device("both", "HBM2e", 16 * 312, 4 * 2039), shape, ideal));
  // Orders: peak first gains compute - memory, then bandwidth memory - memory / 4; bandwidth first gains
  // nothing. Attention over the new token and its cache adds a little to both.
  EXPECT_NEAR(part_of(e.latency, "peak FLOP/s").value, ((compute - memory) + (compute - memory / 4)) / 2,
              2e-4);
  EXPECT_NEAR(part_of(e.latency, "memory bandwidth").value, (memory - memory / 4) / 2, 2e-4);
  EXPECT_NEAR(sum_of(e.latency), e.latency.difference, 1e-12);
}

TEST(Setups, CalibrationOfAnotherKindIsOneFactor) {
  const Explanation e =
      explained(setup(a100(), StepShape::decode(1, 0), Calibration::ideal()), setup(h100()));
  ASSERT_EQ(e.latency.parts.size(), 3u);
  EXPECT_EQ(e.latency.parts[2].factor, "calibration");
  EXPECT_NEAR(sum_of(e.latency), e.latency.difference, 1e-12);
}

TEST(Setups, AnImpossibleMixtureJoinsItsFactors) {
  ridgeline::Setup before = setup(a100()), after = setup(h100());
  after.hardware.peak[Precision::fp8].value = FlopsPerSecond(1979e12);
  after.precision = PrecisionPlan::uniform(Precision::fp8);  // which the A100 cannot
  const Explanation e = explained(before, after);
  ASSERT_EQ(e.latency.parts.size(), 2u);
  EXPECT_EQ(e.latency.parts[0].factor, "peak FLOP/s and precision");
  EXPECT_EQ(e.latency.parts[1].factor, "memory bandwidth");
}

TEST(Setups, HeadsThatDoNotDivideJoinModelAndParallelism) {
  // 12 heads over 4 devices, 32 over 8: 12 do not divide by 8.
  ridgeline::Setup before = setup(with_links(a100(), 300)), after = before;
  before.calibration = after.calibration = Calibration::ideal();
  auto& twelve = std::get<Transformer>(before.model.architecture);
  before.model.id = "twelve-heads";
  twelve.heads = twelve.kv_heads = 12;
  twelve.hidden = 12 * 128;
  before.parallelism.tensor = 4;
  after.parallelism.tensor = 8;
  const Explanation e = explained(before, after);
  ASSERT_EQ(e.latency.parts.size(), 1u);
  EXPECT_EQ(e.latency.parts[0].factor, "model and parallelism");
  EXPECT_EQ(e.latency.per, "token");
}

TEST(Setups, AnotherBatchIsComparedPerToken) {
  const Explanation e = explained(setup(a100()), setup(a100(), StepShape::decode(4, 0)));
  EXPECT_EQ(e.latency.per, "token");
  const double before = predicted(setup(a100())).latency.value();
  const double after = predicted(setup(a100(), StepShape::decode(4, 0))).latency.value() / 4;
  EXPECT_DOUBLE_EQ(e.profiles.speedup, before / after);
  EXPECT_NE(headline(e.profiles).find("x per token\n"), std::string::npos);
  EXPECT_EQ(e.profiles.analysis[0].substr(0, 11), "Per token: ");
  EXPECT_EQ(e.latency.parts[0].factor, "batch");
}

TEST(Setups, GroupsThatCannotBePairedChangeTogether) {
  const StepShape two{{{4, 1, 0}, {2, 1, 100}}};
  const Explanation e = explained(setup(a100(), two), setup(h100(), StepShape::decode(8, 50)));
  EXPECT_EQ(e.latency.per, "token");
  EXPECT_EQ(e.profiles.work.baseline, 6);
  ASSERT_EQ(e.latency.parts.size(), 3u);
  EXPECT_EQ(e.latency.parts[2].factor, "step shape");
  EXPECT_NEAR(sum_of(e.latency), e.latency.difference, 1e-15);
  // A pass of a prompt and decoding sequences has a unit only in itself.
  const StepShape both{{{1, 512, 0}, {2, 1, 100}}};
  EXPECT_EQ(explained(setup(a100(), both), setup(h100(), both)).latency.per, "pass");
  EXPECT_FALSE(compare(setup(a100(), both), setup(h100(), two)));
}

TEST(Setups, EnergyAndCostWhereBothSidesKnowThem) {
  ridgeline::Setup before = setup(a100()), after = setup(h100());
  EXPECT_FALSE(explained(before, after).energy);
  EXPECT_TRUE(says(explained(before, after),
                   "Energy is not compared: no power figure is known of a100-sxm-80gb and h100-sxm-80gb."));
  before.hardware.tdp.emplace();
  before.hardware.tdp->value = Watts(400);
  EXPECT_TRUE(
      says(explained(before, after), "Energy is not compared: no power figure is known of h100-sxm-80gb."));
  after.hardware.tdp = before.hardware.tdp;
  after.hardware.tdp->value = Watts(700);
  before.price_per_hour = Dollars(1.8);
  after.hardware.price.emplace();
  after.hardware.price->value = Dollars(35064);  // over 4 years of 8766 hours: 1 dollar an hour
  const Explanation e = explained(before, after);
  const double a = predicted(before).latency.value(), b = predicted(after).latency.value();
  ASSERT_TRUE(e.energy && e.cost);
  EXPECT_NEAR(e.energy->difference, 400 * a - 700 * b, 1e-12);
  // Power and time multiply: of both orders, power (400 - 700) (a + b) / 2.
  EXPECT_NEAR(part_of(*e.energy, "power").value, -300 * (a + b) / 2, 1e-12);
  EXPECT_NEAR(e.cost->difference, (1.8 * a - 1.0 * b) / 3600, 1e-15);
  EXPECT_NEAR(part_of(*e.cost, "price").value, 0.8 / 3600 * (a + b) / 2, 1e-15);
  EXPECT_NEAR(sum_of(*e.cost), e.cost->difference, 1e-18);
}

TEST(Setups, NetworkBound) {
  // Slow links: eight devices spend nearly all time in all-reduces, which five times the bandwidth shortens.
  const auto ideal = Calibration::ideal();
  ridgeline::Setup before = setup(with_links(a100(), 0.1), StepShape::decode(64, 0), ideal);
  before.parallelism.tensor = 8;
  ridgeline::Setup after = before;
  after.hardware = with_links(a100(), 0.5);
  const Explanation e = explained(before, after);
  EXPECT_EQ(e.profiles.kind, DifferenceCase::network_dominated);
  ASSERT_EQ(e.latency.parts.size(), 1u);
  EXPECT_EQ(e.latency.parts[0].factor, "interconnect");
  EXPECT_TRUE(says(e, "Best single change of 10 %: interconnect up"));
}

TEST(Setups, WhatIsLeftIdleAndHowMuch) {
  // Memory takes 4.79 ms + 3.2 ms; within 0.5 % (8.034 ms) compute may take 4.834 ms: at half of the peak,
  // 16.06 GFLOP / (0.5 x 4.834 ms) = 6.64 TFLOP/s.
  const Explanation e = explained(setup(a100()), setup(h100()));
  ASSERT_EQ(e.idle.size(), 2u);
  EXPECT_EQ(e.idle[0].capability, "peak FLOP/s");
  EXPECT_NEAR(e.idle[0].needed / 1e12, 6.64, 0.01);
  EXPECT_DOUBLE_EQ(e.idle[0].idle(), 989e12 - 312e12);
  EXPECT_EQ(e.idle[1].capability, "memory bandwidth");
  EXPECT_LT(e.idle[1].idle(), 0.05 * e.idle[1].raised());
  EXPECT_TRUE(says(
      e, "Left idle: peak FLOP/s, all of the 677 TFLOP/s added (it needs 6.64 TFLOP/s of 989 TFLOP/s)."));
}

TEST(Setups, TheNextBottleneck) {
  // Compute passes memory where 2 x batch / (0.5 x 989) = 2 / 3.35 (and a little cache): batch 148. Overhead
  // of 3.2 ms passes memory at 16.06 GB / 3.2 ms = 5.02 TB/s.
  const Explanation e = explained(setup(a100()), setup(h100()));
  EXPECT_EQ(e.shifts[0].input, "batch");
  EXPECT_EQ(e.shifts[0].at, 148);
  EXPECT_EQ(e.shifts[0].to, Regime::compute_bound);
  EXPECT_EQ(e.shifts[2].input, "memory bandwidth");
  EXPECT_NEAR(*e.shifts[2].at, 2 * 8030261248.0 / 3.2e-3, 1e8);
  EXPECT_EQ(e.shifts[2].to, Regime::overhead_bound);
}

TEST(Setups, TheBestSingleChange) {
  // 10 % more bandwidth saves 4.79 ms / 11 of 7.99 ms: 5.5 %; 10 % less overhead 0.32 ms: 4.0 %.
  const Explanation e = explained(setup(a100()), setup(h100()));
  EXPECT_TRUE(
      says(e,
           "Best single change of 10 %: memory bandwidth up, 5.5 % less time (elasticity -0.59); then "
           "overheads down, 4.0 %."));
}

TEST(Setups, NothingChanged) {
  const Explanation e = explained(setup(a100()), setup(a100()));
  EXPECT_EQ(e.profiles.kind, DifferenceCase::equal);
  EXPECT_TRUE(e.latency.parts.empty());
  EXPECT_TRUE(e.idle.empty());
}

TEST(Setups, WhatWouldMakeItFit) {
  ridgeline::Setup small = setup(a100());
  small.hardware.memory.capacity->value = Bytes(10e9);
  const Explanation up = explained(small, setup(h100()));
  EXPECT_EQ(up.profiles.kind, DifferenceCase::infeasible);
  EXPECT_EQ(up.sentences,
            (std::vector<std::string>{"What makes it fit: the baseline with the proposal's memory "
                                      "capacity alone would."}));
  const Explanation down = explained(setup(h100()), small);
  EXPECT_EQ(down.sentences,
            (std::vector<std::string>{"What would make it fit: the proposal with the baseline's "
                                      "memory capacity would."}));
  EXPECT_TRUE(explained(small, small).sentences.empty());
}

TEST(Setups, RefusesOtherUnitsOfWork) {
  const ridgeline::Setup decode = setup(a100());
  EXPECT_EQ(
      compare(decode, setup(a100(), StepShape::prefill(1, 512))).error().message,
      "these setups do different work: decode against prefill; a pass that makes tokens and one that reads a "
      "prompt have no unit in common");
  ridgeline::Setup other = decode;
  other.model.id = "translator";
  other.model.task = "translation";
  const auto refused = compare(decode, other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(refused.error().message,
            "these setups do different work: llama-3-8b is for text generation, translator for translation; "
            "compare "
            "models of one task");
}

TEST(Setups, SampledPartsAreWithinTheirErrorOfTheExactOnes) {
  ridgeline::Setup before = setup(a100(), StepShape::decode(8, 100));
  ridgeline::Setup after =
      setup(h100(), StepShape::decode(64, 900), Calibration::textbook(0.4, milliseconds(0.05)));
  after.precision = PrecisionPlan::uniform(Precision::int8);
  const Explanation exact = explained(before, after);
  CompareOptions options;
  options.exact_factors = 3;
  options.permutations = 200;
  const Explanation sampled = explained(before, after, options);
  EXPECT_FALSE(exact.sampled);
  EXPECT_TRUE(sampled.sampled);
  ASSERT_EQ(exact.latency.parts.size(), sampled.latency.parts.size());
  EXPECT_NEAR(sum_of(sampled.latency), sampled.latency.difference,
              1e-9 * std::abs(sampled.latency.difference));
  for (std::size_t i = 0; i < exact.latency.parts.size(); ++i) {
    const MetricPart& part = sampled.latency.parts[i];
    EXPECT_NEAR(part.value, exact.latency.parts[i].value, 2.5 * part.error.value_or(0) + 1e-12)
        << part.factor;
  }
  EXPECT_TRUE(says(sampled, "More than 3 factors changed: parts are means over 400 random orders"));
}

TEST(Setups, RefusesOptionsThatMakeNoSense) {
  CompareOptions options;
  options.exact_factors = 21;
  EXPECT_FALSE(compare(setup(a100()), setup(h100()), options));
  options = {};
  options.amortisation_years = 0;
  EXPECT_FALSE(compare(setup(a100()), setup(h100()), options));
  ridgeline::Setup free = setup(a100());
  free.price_per_hour = Dollars(0);
  EXPECT_FALSE(compare(free, setup(h100())));
}

}  // namespace
}  // namespace ridgeline
