// Prints each story in full. The tutorial's figures: weights 2 B x 8,030,261,248 over the bandwidth, plus 32
// layers x 0.1 ms; tests/unit/engine/tutorial_test.cpp derives them.

#include <gtest/gtest.h>

#include <numeric>

#include "base/random.h"
#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

TEST(Compare, BothMemoryBound) {
  const auto d = compared(textbook(a100(), 1), textbook(h100(), 1));
  EXPECT_EQ(d.kind, DifferenceCase::both_memory_bound);
  // 11.077 / 7.994 = 1.386; 3350 / 2039 = 1.643; 3.2 ms is 28.9 % of 11.077 ms and 40.0 % of 7.994 ms.
  EXPECT_EQ(
      headline(d),
      "📊 Differential Analysis: Proposal vs. Baseline\n"
      "• Speedup: 1.39x\n"
      "• Baseline Regime: Memory Bound\n"
      "• Proposal Regime: Memory Bound\n"
      "\n"
      "Analysis: The workload remained Memory Bound. The speedup is constrained strictly by the ratio of HBM "
      "bandwidth between\n"
      "the two configurations. Any additional compute capacity (FLOP/s) in the proposal was left "
      "unutilized.\n"
      "The bandwidth ratio is 1.64x; the fixed overhead (29 % of the baseline, 40 % of the proposal) is what "
      "holds the speedup\n"
      "at 1.39x.\n");
}

TEST(Compare, BothComputeBound) {
  const auto d = compared(textbook(a100(), 256, 0.41), textbook(h100(), 256, 0.41));
  EXPECT_EQ(d.kind, DifferenceCase::both_compute_bound);
  // 35.34 / 13.34 = 2.65; 989 / 312 = 3.17; 3.2 ms is 9 % and 24 %.
  EXPECT_EQ(
      headline(d),
      "📊 Differential Analysis: Proposal vs. Baseline\n"
      "• Speedup: 2.65x\n"
      "• Baseline Regime: Compute Bound\n"
      "• Proposal Regime: Compute Bound\n"
      "\n"
      "Analysis: The workload remained Compute Bound. The speedup is constrained strictly by the ratio of "
      "peak "
      "compute capacity\n"
      "(FLOP/s) between the two configurations. Any additional memory bandwidth in the proposal was left "
      "unutilized.\n"
      "The peak ratio is 3.17x; the fixed overhead (9 % of the baseline, 24 % of the proposal) is what holds "
      "the speedup at\n"
      "2.65x.\n");
}

TEST(Compare, WithoutOverheadTheRatioIsTheWholeStory) {
  const auto d = compared(textbook(a100(), 1, 0.5, Seconds(0)), textbook(h100(), 1, 0.5, Seconds(0)));
  EXPECT_DOUBLE_EQ(d.speedup, 3350.0 / 2039);
  ASSERT_EQ(d.analysis.size(), 1u);
}

TEST(Compare, NoExtraComputeIsNoClaimAboutIt) {
  const auto d = compared(textbook(a100(), 1), textbook(device("more-bandwidth", "HBM3", 312, 3350), 1));
  EXPECT_EQ(d.kind, DifferenceCase::both_memory_bound);
  EXPECT_EQ(
      d.analysis[0],
      "The workload remained Memory Bound. The speedup is constrained strictly by the ratio of HBM bandwidth "
      "between the two configurations.");
}

TEST(Compare, ComputeThatDidHelpIsNotCalledUnutilized) {
  // At batch 64 the baseline's compute (6.6 ms) exceeds the proposal's memory time (4.8 ms).
  const auto d = compared(textbook(a100(), 64), textbook(h100(), 64));
  EXPECT_EQ(d.kind, DifferenceCase::both_memory_bound);
  EXPECT_EQ(d.analysis[0].find("unutilized"), std::string::npos);
}

TEST(Compare, NamesTheMemoryAsTheCatalogDoes) {
  const auto phones = compared(textbook(device("a", "LPDDR5", 312, 500), 1, 0.5, Seconds(0)),
                               textbook(device("b", "LPDDR5", 312, 600), 1, 0.5, Seconds(0)));
  EXPECT_NE(phones.analysis[0].find("ratio of LPDDR5 bandwidth between"), std::string::npos);
  const auto mixed = compared(textbook(device("a", "GDDR6", 312, 500), 1, 0.5, Seconds(0)),
                              textbook(device("b", "HBM3", 312, 600), 1, 0.5, Seconds(0)));
  EXPECT_NE(mixed.analysis[0].find("ratio of memory bandwidth between"), std::string::npos);
}

TEST(Compare, NarrowerFormatsAreNotTheBandwidthsDoing) {
  const auto c = Calibration::textbook(0.5, Seconds(0));
  const auto d =
      compared(profile(a100(), StepShape::decode(1, 0), c),
               profile(a100(), StepShape::decode(1, 0), c, PrecisionPlan::uniform(Precision::int8)));
  // 16.06 GB and 8.03 GB at 2.039 TB/s.
  EXPECT_EQ(
      d.analysis[0],
      "The workload remained Memory Bound. Memory traffic alone takes 7.88 ms in the baseline and 3.94 ms in "
      "the proposal. Any additional compute capacity (FLOP/s) in the proposal was left unutilized.");
  EXPECT_EQ(d.analysis[1], "The proposal moves 8.03 GB a step, the baseline 16.1 GB.");
}

TEST(Compare, MemoryToCompute) {
  // Batch 150: 2 x 8.03e9 x 150 FLOPs are 15.4 ms on half of 312 TFLOP/s, against 7.88 ms of memory; on a
  // device with four times the peak they are 3.86 ms.
  const auto slow = textbook(a100(), 150), fast = textbook(device("compute", "HBM2e", 4 * 312, 2039), 150);
  const auto d = compared(slow, fast);
  EXPECT_EQ(d.kind, DifferenceCase::compute_to_memory);
  EXPECT_EQ(d.analysis[0],
            "The workload shifted from Compute Bound to Memory Bound: in the baseline compute alone takes "
            "15.4 ms and "
            "memory traffic alone 7.88 ms; in the proposal compute alone takes 3.86 ms and memory traffic "
            "alone 7.88 "
            "ms. Memory bandwidth is now the larger limit.");
  // 18.6 ms - 11.1 ms: compute gained until memory bound the step.
  EXPECT_EQ(d.analysis[1], "Of the 7.57 ms gained: peak FLOP/s 7.57 ms.");

  const auto wider = textbook(device("bandwidth", "HBM3", 4 * 312, 8000), 150);
  const auto back = compared(fast, wider);
  EXPECT_EQ(back.kind, DifferenceCase::memory_to_compute);
  EXPECT_NE(back.analysis[0].find("from Memory Bound to Compute Bound"), std::string::npos);
  EXPECT_NE(back.analysis[0].find("Peak compute capacity (FLOP/s) is now the larger limit."),
            std::string::npos);
}

TEST(Compare, OverheadDominated) {
  // 32 x 1 ms of overhead against 7.88 ms and 4.79 ms of memory time.
  const auto d =
      compared(textbook(a100(), 1, 0.5, milliseconds(1)), textbook(h100(), 1, 0.5, milliseconds(1)));
  EXPECT_EQ(d.kind, DifferenceCase::overhead_dominated);
  EXPECT_EQ(
      d.analysis[0],
      "The workload remained Overhead Bound. Fixed overheads are 80 % of the baseline, 87 % of the proposal; "
      "with infinitely fast compute and memory the proposal would still take 32.0 ms.");
}

TEST(Compare, Slower) {
  const auto d = compared(textbook(h100(), 1), textbook(a100(), 1));
  EXPECT_EQ(d.kind, DifferenceCase::slower);
  EXPECT_EQ(d.analysis[0],
            "The proposal is slower: 11.1 ms against 7.99 ms. The workload remained Memory Bound.");
  EXPECT_EQ(d.analysis[1],
            "Of the 3.08 ms lost (minus is a loss): memory bandwidth -3.08 ms, peak FLOP/s 0 s.");
}

TEST(Compare, Equal) {
  const auto d = compared(textbook(a100(), 1), textbook(device("more-compute", "HBM2e", 989, 2040), 1));
  EXPECT_EQ(d.kind, DifferenceCase::equal);
  EXPECT_EQ(
      d.analysis[0],
      "Both configurations take the same time within rounding: 11.1 ms and 11.1 ms. The additional compute "
      "capacity (FLOP/s) in the proposal was left unutilized.");
}

TEST(Compare, Infeasible) {
  Hardware small = h100();
  small.id = "small";
  small.memory.capacity->value = Bytes(10e9);
  const auto d = compared(textbook(a100(), 1), textbook(small, 1));
  EXPECT_EQ(d.kind, DifferenceCase::infeasible);
  // Weights 16.06 GB; one token's cache 2 x 32 x 8 x 128 x 2 B = 131 kB; the head's 2 x (4096 + 128256) B.
  EXPECT_EQ(
      headline(d),
      "📊 Differential Analysis: Proposal vs. Baseline\n"
      "• Speedup: none (does not fit)\n"
      "• Baseline Regime: Memory Bound\n"
      "• Proposal Regime: Memory Bound\n"
      "\n"
      "Analysis: The proposal does not fit: it needs 16.1 GB (weights 16.1 GB, KV cache 131 kB, activations "
      "265 kB) and small\n"
      "has 10.0 GB: 6.06 GB are missing.\n"
      "What does not fit on one device does not run on it, so there is no speedup to explain.\n");
}

TEST(Compare, RefusesDifferentWork) {
  const auto shape = compare(textbook(a100(), 1), textbook(h100(), 2));
  ASSERT_FALSE(shape);
  EXPECT_EQ(
      shape.error().message,
      "these profiles do different work: 1 x 1 after 0 against 2 x 1 after 0 (sequences x new after past "
      "tokens)");
  Profile other = textbook(h100(), 1);
  other.model = "another";
  EXPECT_EQ(compare(textbook(a100(), 1), other).error().message,
            "these profiles do different work: llama-3-8b against another");
}

TEST(Attribution, PartsOfTheTutorial) {
  const auto d = compared(textbook(a100(), 1), textbook(h100(), 1));
  ASSERT_EQ(d.parts.size(), 2u);
  EXPECT_EQ(d.parts[0].factor, "peak FLOP/s");
  EXPECT_EQ(d.parts[0].seconds.value(), 0);
  EXPECT_EQ(d.parts[1].factor, "memory bandwidth");
  EXPECT_NEAR(d.parts[1].seconds.value(), 2 * 8030261248.0 * (1 / 2039e9 - 1 / 3350e9), 1e-12);
}

TEST(Attribution, SharesWhatTwoChangesGainOnlyTogether) {
  // Toy step: compute 6 s and memory 4 s become 3 s and 2 s. Alone, compute gains 6 -> 4 and memory nothing;
  // second, compute gains 6 -> 3 and memory 4 -> 3. Shapley: compute (2 + 3) / 2, memory (1 + 0) / 2.
  Profile a, b;
  OpTime op;
  op.compute = Seconds(6);
  op.memory = Seconds(4);
  a.ops = {op};
  op.compute = Seconds(3);
  op.memory = Seconds(2);
  b.ops = {op};
  a.latency = Seconds(6);
  b.latency = Seconds(3);
  a.peak = FlopsPerSecond(1);
  b.peak = FlopsPerSecond(2);
  a.bandwidth = BytesPerSecond(1);
  b.bandwidth = BytesPerSecond(2);
  const auto d = compared(a, b);
  ASSERT_EQ(d.parts.size(), 2u);
  EXPECT_DOUBLE_EQ(d.parts[0].seconds.value(), 2.5);
  EXPECT_DOUBLE_EQ(d.parts[1].seconds.value(), 0.5);
}

TEST(Attribution, PartsSumToTheDifference) {
  RandomStream random(7, "attribution");
  const auto draw = [&](double low, double high) { return low + (high - low) * random.uniform(); };
  const auto calibration = [&] {
    Calibration c;
    c.kind = CalibrationKind::fitted;
    for (double& efficiency : c.compute_efficiency) efficiency = draw(0.05, 1);
    c.memory_efficiency = draw(0.2, 1);
    c.launch = microseconds(draw(0, 10));
    c.per_step = microseconds(draw(0, 300));
    return c;
  };
  const auto any_device = [&](const char* id) {
    Hardware hardware = device(id, "DRAM", draw(1, 1000), draw(50, 5000));
    MemoryLevel cache;
    cache.name = "L2";
    cache.capacity.emplace();
    cache.capacity->value = Bytes(draw(1e5, 1e8));
    cache.bandwidth.emplace();
    cache.bandwidth->value = BytesPerSecond(draw(1e11, 1e13));
    hardware.caches.push_back(cache);
    return hardware;
  };
  for (int trial = 0; trial < 300; ++trial) {
    const auto shape = StepShape::decode(1 + static_cast<std::uint32_t>(random.below(300)),
                                         static_cast<std::uint32_t>(random.below(2000)));
    const auto plan = PrecisionPlan::uniform(random.below(2) == 0 ? Precision::fp16 : Precision::int8);
    const auto d = compared(profile(any_device("a"), shape, calibration()),
                            profile(any_device("b"), shape, calibration(), plan));
    double sum = 0;
    for (const DifferencePart& part : d.parts) sum += part.seconds.value();
    const double scale = d.baseline.latency.value() + d.proposal.latency.value();
    EXPECT_NEAR(sum, d.difference.value(), 1e-12 * scale);
    EXPECT_GE(d.parts.size(), 4u);
  }
}

TEST(Attribution, AnotherCalibrationIsOnePart) {
  const auto d =
      compared(profile(a100(), StepShape::decode(1, 0), Calibration::ideal()), textbook(h100(), 1));
  ASSERT_EQ(d.parts.size(), 1u);
  EXPECT_EQ(d.parts[0].factor, "calibration and hardware");
  EXPECT_EQ(d.parts[0].seconds, d.difference);
}

}  // namespace
}  // namespace ridgeline
