#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <thread>

#include "live/host/cpus.h"
#include "live/host/machine.h"
#include "live/probe/clock.h"
#include "live/probe/levels.h"
#include "live/probe/measure.h"
#include "live/probe/peak.h"
#include "live/probe/stream.h"
#include "live/probe/team.h"
#include "ridgeline/measurement.h"
#include "sizes.h"

namespace ridgeline {
namespace {

using namespace live;

// ---------------------------------------------------------------------------------------------- host

TEST(Machine, ReadsTheKernelsLists) {
  EXPECT_EQ(parse_cpu_list("0-2,5,8-9"), (std::vector<int>{0, 1, 2, 5, 8, 9}));
  EXPECT_EQ(parse_cpu_list("3"), std::vector<int>{3});
  EXPECT_TRUE(parse_cpu_list("").empty());
  EXPECT_TRUE(parse_cpu_list("none").empty());
}

TEST(Machine, ReadsTheKernelsSizes) {
  EXPECT_EQ(parse_size("48K"), Bytes(48 * kib));
  EXPECT_EQ(parse_size("32M"), Bytes(32 * mib));
  EXPECT_EQ(parse_size("1G"), Bytes(gib));
  EXPECT_EQ(parse_size("512"), Bytes(512));
  EXPECT_EQ(parse_size("much"), Bytes(0));
}

TEST(Machine, DescribesThisOne) {
  const auto machine = describe_machine();
  EXPECT_FALSE(machine.cpu.empty());
  EXPECT_GT(machine.memory, Bytes(0));
  EXPECT_LE(machine.free_memory, machine.memory);
  EXPECT_NE(one_line(machine).find(machine.cpu), std::string::npos);
  const auto caches = caches_of(available_cpus().front());
  for (std::size_t i = 1; i < caches.size(); ++i) EXPECT_GE(caches[i].level, caches[i - 1].level);
  ASSERT_EQ(utc_now().size(), std::string("2026-01-31T12:00:00Z").size());
}

// ---------------------------------------------------------------------------------------------- levels

/// Two cores with private 32 KiB and 512 KiB, and a shared last level.
std::vector<std::vector<Cache>> two_cores(double last_level) {
  std::vector<std::vector<Cache>> caches;
  for (int cpu : {0, 1}) {
    caches.push_back({{1, Bytes(32 * kib), {cpu}}, {2, Bytes(512 * kib), {cpu}}});
    if (last_level > 0) caches.back().push_back({3, Bytes(last_level), {0, 1}});
  }
  return caches;
}

double set_of(const Level& level) { return static_cast<double>(level.working_set); }

TEST(Levels, WorkingSetsFitTheirLevelAndNoSmallerOne) {
  const auto plan = plan_levels({0, 1}, two_cores(32 * mib), Bytes(16 * gib), Bytes(8 * gib));
  ASSERT_EQ(plan.levels.size(), 4U);
  EXPECT_TRUE(plan.warnings.empty());
  EXPECT_EQ(plan.levels[0].name, "L1");
  EXPECT_EQ(set_of(plan.levels[0]), 16 * kib);          // half of 32 KiB
  EXPECT_EQ(plan.levels[0].capacity, Bytes(64 * kib));  // two of them
  EXPECT_EQ(set_of(plan.levels[1]), 256 * kib);
  EXPECT_EQ(set_of(plan.levels[2]), 4 * mib);           // a quarter of each thread's 16 MiB
  EXPECT_EQ(plan.levels[2].capacity, Bytes(32 * mib));  // one, shared
  EXPECT_EQ(plan.levels[3].name, "DRAM");
  EXPECT_EQ(set_of(plan.levels[3]), 4 * 32 * mib / 2);  // four times L3, both threads together
  EXPECT_EQ(plan.levels[3].capacity, Bytes(16 * gib));
}

TEST(Levels, OneThreadHasTheSharedCacheToItself) {
  const auto all = two_cores(32 * mib);
  const auto plan = plan_levels({0}, {all[0]}, Bytes(16 * gib), Bytes(8 * gib));
  EXPECT_EQ(set_of(plan.levels[2]), 8 * mib);
  EXPECT_EQ(set_of(plan.levels[3]), 4 * 32 * mib);
}

TEST(Levels, ALastLevelSmallerThanThePrivateOnesIsLeftOut) {
  // A share of 0.5 MiB cannot hold twice the 512 KiB of L2.
  const auto plan = plan_levels({0, 1}, two_cores(1 * mib), Bytes(16 * gib), Bytes(8 * gib));
  ASSERT_EQ(plan.levels.size(), 3U);
  EXPECT_EQ(plan.levels[1].name, "L2");
  EXPECT_EQ(plan.levels[2].name, "DRAM");
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0].substr(0, 2), "L3");
}

TEST(Levels, WithoutAThirdLevelDramIsFourTimesTheSecond) {
  const auto plan = plan_levels({0, 1}, two_cores(0), Bytes(gib), Bytes(gib));
  ASSERT_EQ(plan.levels.size(), 3U);
  EXPECT_EQ(set_of(plan.levels[2]), 4 * 2 * 512 * kib / 2);
}

TEST(Levels, WithoutCacheSizesOnlyDramIsMeasured) {
  const auto plan = plan_levels({0, 1}, {{}, {}}, Bytes(gib), Bytes(gib));
  ASSERT_EQ(plan.levels.size(), 1U);
  EXPECT_EQ(plan.levels[0].name, "DRAM");
  EXPECT_EQ(plan.warnings.size(), 1U);
}

TEST(Levels, FreeMemoryCapsTheDramSet) {
  const auto plan = plan_levels({0, 1}, two_cores(32 * mib), Bytes(gib), Bytes(100 * mib));
  EXPECT_EQ(set_of(plan.levels.back()), 100 * mib / 2 / 2);  // half of what is free, two threads
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0].substr(0, 4), "DRAM");
}

// ---------------------------------------------------------------------------------------------- measuring

TEST(MedianRate, IntervalIsMadeOfOrderStatistics) {
  // n = 9: P(B <= 1) = 10/512 = 0.0195 <= 0.025 < P(B <= 2) = 46/512, so ranks 1 and 7 of 0..8.
  const auto rate = median_rate({5, 1, 9, 3, 7, 2, 8, 4, 6});
  EXPECT_EQ(rate.value, 5);
  EXPECT_EQ(rate.low, 2);
  EXPECT_EQ(rate.high, 8);
  EXPECT_EQ(rate.repetitions, 9U);
  EXPECT_TRUE(rate.noisy);
}

TEST(MedianRate, NoisyBeyondFivePercentOnEitherSide) {
  // n = 8: P(B <= 0) = 1/256 and P(B <= 1) = 9/256 > 0.025, so ranks 0 and 7: the extremes.
  EXPECT_FALSE(median_rate({100, 100, 100, 100, 100, 100, 100, 105}).noisy);
  EXPECT_TRUE(median_rate({100, 100, 100, 100, 100, 100, 100, 106}).noisy);
  EXPECT_FALSE(median_rate({95, 100, 100, 100, 100, 100, 100, 100}).noisy);
  EXPECT_TRUE(median_rate({94, 100, 100, 100, 100, 100, 100, 100}).noisy);
}

TEST(MeasureRate, DividesTheWorkByItsTime) {
  std::uint64_t longest = 0;
  const auto rate = measure_rate(
      [&](std::uint64_t repeats) {
        longest = std::max(longest, repeats);
        return microseconds(10) * static_cast<double>(repeats);
      },
      30, Seconds(1));
  EXPECT_NEAR(rate.value, 30 / 10e-6, 1);
  EXPECT_EQ(rate.repetitions, 8U);
  EXPECT_FALSE(rate.noisy);
  EXPECT_EQ(longest, 2000U);  // 20 ms of 10 us each
}

TEST(MeasureRate, StopsNoisyWhenPatienceIsSpent) {
  bool fast = false;
  const auto rate = measure_rate(
      [&](std::uint64_t repeats) {
        fast = !fast;
        return microseconds(fast ? 500 : 1000) * static_cast<double>(repeats);
      },
      1, Seconds(0.005));
  EXPECT_TRUE(rate.noisy);
  EXPECT_GE(rate.repetitions, 8U);
  EXPECT_NEAR(rate.low, 1000, 1);
  EXPECT_NEAR(rate.high, 2000, 1);
}

TEST(HarmonicMean, IsTheRateOfEqualWorkInTurn) {
  MeasuredRate slow, fast;
  slow.value = 2, slow.low = 1, slow.high = 4, slow.repetitions = 9;
  fast.value = 6, fast.low = 3, fast.high = 12, fast.repetitions = 8, fast.noisy = true;
  const auto mean = harmonic_mean({slow, fast});
  EXPECT_DOUBLE_EQ(mean.value, 2 / (1.0 / 2 + 1.0 / 6));
  EXPECT_DOUBLE_EQ(mean.low, 2 / (1.0 + 1.0 / 3));
  EXPECT_DOUBLE_EQ(mean.high, 2 / (1.0 / 4 + 1.0 / 12));
  EXPECT_EQ(mean.repetitions, 8U);
  EXPECT_TRUE(mean.noisy);
}

TEST(WorkClock, OneThreadIsNotTimedWhileItSleeps) {
  const auto slept = [](unsigned threads) {
    const Seconds start = work_clock(threads);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return work_clock(threads) - start;
  };
  EXPECT_GE(slept(2), Seconds(0.05));
  EXPECT_LT(slept(1), Seconds(0.05));
}

TEST(Patience, SharesWhatIsLeft) {
  Patience patience(Seconds(1000), 4);
  EXPECT_NEAR(patience.next().value(), 250, 5);         // of four
  EXPECT_NEAR(patience.next().value(), 1000.0 / 3, 5);  // nothing was used: 1000 over three
  EXPECT_NEAR(patience.next().value(), 500, 5);
  EXPECT_NEAR(patience.next().value(), 1000, 5);
  EXPECT_EQ(Patience(Seconds(-1), 3).next(), Seconds(0));
}

TEST(PinnedTeam, EveryMemberWorksOnceARound) {
  const auto cpus = available_cpus();
  std::vector<int> twice = cpus;  // more members than cores must not hang either
  twice.insert(twice.end(), cpus.begin(), cpus.end());
  PinnedTeam team(twice);
  EXPECT_TRUE(team.pinned());
  std::vector<std::atomic<int>> calls(twice.size());
  for (int round = 0; round < 50; ++round) {
    const Seconds took = team.run([&](unsigned member) { ++calls[member]; });
    EXPECT_GE(took, Seconds(0));
  }
  for (const auto& count : calls) EXPECT_EQ(count, 50);
}

// ---------------------------------------------------------------------------------------------- loops

TEST(PeakLoops, AlwaysCoverFp32AndFp64) {
  const auto loops = peak_loops();
  const auto has = [&](Precision wanted) {
    return std::any_of(loops.begin(), loops.end(),
                       [&](const PeakLoop& loop) { return loop.precision == wanted; });
  };
  EXPECT_TRUE(has(Precision::fp32));
  EXPECT_TRUE(has(Precision::fp64));
  for (const auto& loop : loops) {
    EXPECT_GT(loop.flops_per_iteration, 0);
    loop.run(1000);
  }
}

TEST(PeakLoops, SayWhatTheyLeaveOut) {
  EXPECT_TRUE(unmeasured_units({"avx2", "fma"}).empty());
  EXPECT_EQ(unmeasured_units({"amx_tile", "amx_int8"}).size(), 1U);
}

TEST(StreamLoops, WriteAndTriadTouchEveryElementAndNoMore) {
  const auto loops = stream_loops();
  constexpr std::size_t bytes = 4096, count = bytes / sizeof(float);
  struct alignas(64) Arrays {
    float to[count + 16], a[count], b[count];
  };
  auto arrays = std::make_unique<Arrays>();
  const auto raw = [](float* array) { return reinterpret_cast<std::byte*>(array); };
  std::fill_n(arrays->to, count + 16, -1.0F);
  loops.write(raw(arrays->to), bytes, 2);
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(arrays->to[i], 1.0F) << i;
  for (std::size_t i = count; i < count + 16; ++i) ASSERT_EQ(arrays->to[i], -1.0F) << i;

  for (std::size_t i = 0; i < count; ++i) {
    arrays->a[i] = static_cast<float>(i);
    arrays->b[i] = static_cast<float>(2 * i + 2);
  }
  loops.triad(raw(arrays->to), raw(arrays->a), raw(arrays->b), bytes, 1);
  // a + 0.5 b = i + (i + 1), exact in fp32.
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(arrays->to[i], static_cast<float>(2 * i + 1)) << i;
  for (std::size_t i = count; i < count + 16; ++i) ASSERT_EQ(arrays->to[i], -1.0F) << i;
  loops.read(raw(arrays->a), bytes, 3);
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(arrays->a[i], static_cast<float>(i));
}

// ---------------------------------------------------------------------------------------------- time

TEST(Clock, HasAStepAndACost) {
  const auto clock = measure_clock();
  EXPECT_GT(clock.resolution, Seconds(0));
  EXPECT_GT(clock.cost, Seconds(0));
}

TEST(Clock, ThresholdIsTenReadingsButAtLeastAMicrosecond) {
  EXPECT_EQ(gap_threshold(Seconds(30e-9)), microseconds(1));
  EXPECT_DOUBLE_EQ(gap_threshold(Seconds(500e-9)).value(), 5e-6);
}

TEST(Interruptions, KeepsEveryGapBeyondTheThreshold) {
  const Seconds threshold(0.5e-6);
  const auto seen = watch_interruptions(Seconds(0.05), threshold);
  EXPECT_GE(seen.watched, Seconds(0.05));
  EXPECT_EQ(seen.count, seen.gaps.size());
  for (const auto gap : seen.gaps) EXPECT_GT(gap, to_nanoseconds(threshold));
  ASSERT_EQ(seen.max.has_value(), !seen.gaps.empty());
  if (seen.max) {
    EXPECT_EQ(*seen.max, to_seconds(*std::max_element(seen.gaps.begin(), seen.gaps.end())));
    EXPECT_LE(*seen.p50, *seen.max);
  }
}

TEST(Interruptions, NoGapsMeansNoPercentiles) {
  const auto seen = watch_interruptions(Seconds(1e-3), Seconds(3600));
  EXPECT_EQ(seen.count, 0U);
  EXPECT_FALSE(seen.p50 || seen.p99 || seen.max);
}

TEST(Sleep, IsNeverEarly) {
  const auto late = measure_sleep(100);
  EXPECT_GE(late.p50, Seconds(0));
  EXPECT_GE(late.p99, late.p50);
}

// ---------------------------------------------------------------------------------------------- the probe

void expect_sane(const MeasuredRate& rate) {
  EXPECT_GT(rate.value, 0);
  EXPECT_LE(rate.low, rate.value);
  EXPECT_GE(rate.high, rate.value);
  EXPECT_GE(rate.repetitions, 8U);
}

TEST(Probe, MeasuresThisMachine) {
  const auto affinity = available_cpus();
  std::vector<std::string> steps;
  ProbeOptions options;
  options.threads = {1};
  options.patience = Seconds(0.5);
  options.progress = [&](const std::string& step) { steps.push_back(step); };
  const auto probe = probe_host(options);
  ASSERT_TRUE(probe) << probe.error().message;
  EXPECT_EQ(available_cpus(), affinity);
  EXPECT_FALSE(steps.empty());
  EXPECT_FALSE(probe->cpu.empty());
  EXPECT_GT(probe->operator_launch, Seconds(0));
  EXPECT_GT(probe->interruptions.watched, Seconds(0));
  ASSERT_EQ(probe->rates.size(), 1U);
  const auto& rates = probe->rates[0];
  ASSERT_GE(rates.peak.size(), 2U);
  for (const auto& [precision, rate] : rates.peak) expect_sane(rate);
  ASSERT_FALSE(rates.bandwidth.empty());
  for (const auto& level : rates.bandwidth) {
    expect_sane(level.read);
    expect_sane(level.write);
    expect_sane(level.triad);
    EXPECT_GT(level.working_set, Bytes(0));
  }
  EXPECT_EQ(rates.bandwidth.back().level, "DRAM");
  ASSERT_TRUE(rates.gemm && rates.conv && rates.attention);
  expect_sane(*rates.gemm);
  expect_sane(*rates.conv);
  expect_sane(*rates.attention);
  ASSERT_GE(rates.products.size(), 4U);
  EXPECT_EQ(rates.products.front().rows, 1);
  for (std::size_t i = 0; i < rates.products.size(); ++i) {
    const ProductRate& product = rates.products[i];
    expect_sane(product.rate);
    // fp32: 2 FLOPs and 4 bytes a weight and row.
    EXPECT_DOUBLE_EQ(product.flops.value(), product.rows * product.weights.value() / 2);
    if (i > 0) {
      EXPECT_GT(product.rows, rates.products[i - 1].rows);
    }
  }
  for (const auto& [precision, rate] : rates.peak) {
    const auto noisy_lines = std::count_if(
        probe->warnings.begin(), probe->warnings.end(), [&, p = precision](const std::string& line) {
          return line.find(std::string(to_string(p)) + " peak") != std::string::npos &&
                 line.find("noisy") != std::string::npos;
        });
    EXPECT_EQ(noisy_lines, rate.noisy ? 1 : 0);
  }
  EXPECT_TRUE(as_hardware(*probe, 1));
}

TEST(Probe, RefusesWhatMakesNoSense) {
  const auto message = [](std::vector<unsigned> threads, double patience) {
    ProbeOptions options;
    options.threads = std::move(threads);
    options.patience = Seconds(patience);
    const auto probe = probe_host(options);
    return probe ? std::string("accepted") : probe.error().message;
  };
  EXPECT_NE(message({0}, 1).find("threads"), std::string::npos);
  EXPECT_NE(message({1, 1'000'000}, 1).find("1000000"), std::string::npos);
  EXPECT_NE(message({1}, 0).find("patience"), std::string::npos);
  EXPECT_NE(message({1}, std::numeric_limits<double>::quiet_NaN()).find("patience"), std::string::npos);
}

}  // namespace
}  // namespace ridgeline
