#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "folder.h"
#include "live/host/cpu_times.h"
#include "live/host/cpus.h"
#include "live/host/noise_watch.h"
#include "live/host/nvml.h"
#include "live/host/sensors.h"

namespace ridgeline::live {
namespace {

/// A folder that looks like /sys or /proc, as far as a test writes it.
class Tree : public Folder {
 public:
  void write(const std::string& name, const std::string& text) const { Folder::write(name, text + "\n"); }
};

TEST(CpuTimes, AreSummedOverTheCoresThatCount) {
  const std::string stat =
      "cpu  9 9 9 9 9 9 9 9 9 9\n"
      "cpu0 100 20 30 1000 7 4 6 50 0 0\n"
      "cpu1 1 1 1 1 1 1 1 1 0 0\n"
      "cpu10 200 0 0 0 0 0 0 5 0 0\n"
      "intr 1\n";
  const auto times = cpu_times(stat, {0, 10}, 100);
  ASSERT_TRUE(times);
  EXPECT_DOUBLE_EQ(times->busy.value(),
                   3.6);  // 100 + 20 + 30 + 4 + 6 and 200 ticks; idle and waiting are not
  EXPECT_DOUBLE_EQ(times->stolen.value(), 0.55);
  EXPECT_FALSE(cpu_times(stat, {0, 2}, 100));  // there is no core 2
  EXPECT_FALSE(cpu_times("", {0}, 100));
}

TEST(Sensors, WhatIsNotThereIsAbsent) {
  const Tree sys;
  EXPECT_TRUE(core_clocks(sys.path(), {0, 1}).empty());
  EXPECT_FALSE(hottest(sys.path()));
  EXPECT_TRUE(RaplMeters(sys.path()).energy().empty());
  EXPECT_TRUE(GpuMeters("no-such-library.so").gpus().empty());
}

TEST(Sensors, ClocksAndTemperaturesAreReadInSi) {
  const Tree sys;
  sys.write("devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "2596126");
  sys.write("class/thermal/thermal_zone0/temp", "41500");
  sys.write("class/thermal/thermal_zone1/temp", "nonsense");
  sys.write("class/hwmon/hwmon0/name", "nvme");
  sys.write("class/hwmon/hwmon0/temp1_input", "90000");  // a disk
  sys.write("class/hwmon/hwmon1/name", "k10temp");
  sys.write("class/hwmon/hwmon1/temp1_input", "53250");
  const auto clocks = core_clocks(sys.path(), {0, 1});
  ASSERT_EQ(clocks.size(), 1u);
  EXPECT_DOUBLE_EQ(clocks[0].value(), 2.596126e9);
  EXPECT_DOUBLE_EQ(*hottest(sys.path()), 53.25);
}

TEST(Sensors, EnergyCountersWrap) {
  const Tree sys;
  const auto zone = [&](const std::string& id, const std::string& name, const std::string& now) {
    sys.write("class/powercap/" + id + "/name", name);
    sys.write("class/powercap/" + id + "/max_energy_range_uj", "1000000");
    sys.write("class/powercap/" + id + "/energy_uj", now);
  };
  zone("intel-rapl:0", "package-0", "900000");
  zone("intel-rapl:0:0", "dram", "100");
  zone("intel-rapl-mmio:0", "package-0", "5");  // the same package again
  RaplMeters meters(sys.path());
  sys.write("class/powercap/intel-rapl:0/energy_uj", "950000");
  meters.restart();  // what was before does not count
  sys.write("class/powercap/intel-rapl:0/energy_uj", "50000");
  sys.write("class/powercap/intel-rapl:0:0/energy_uj", "2100");
  meters.read();
  sys.write("class/powercap/intel-rapl:0/energy_uj", "250000");
  meters.read();
  const auto energy = meters.energy();
  ASSERT_EQ(energy.size(), 2u);
  EXPECT_EQ(energy[0].scope, "RAPL package-0");
  EXPECT_NEAR(energy[0].energy.value(), 0.3, 1e-12);  // 50,000 to the end of the range, and 250,000
  EXPECT_EQ(energy[1].scope, "RAPL package-0/dram");
  EXPECT_NEAR(energy[1].energy.value(), 0.002, 1e-12);
  std::filesystem::remove(sys.path() + "/class/powercap/intel-rapl:0/energy_uj");
  meters.read();
  ASSERT_EQ(meters.energy().size(), 1u);  // a gap in the readings may hide a wrap
}

// The library is a stand-in (tests/support/fake_nvml.cpp): 300 W, then 100 W; 2 J between reads.
TEST(Sensors, GpusAreReadThroughTheirLibrary) {
  GpuMeters meters(RIDGELINE_FAKE_NVML);
  meters.restart();
  meters.read();
  meters.read();
  const auto gpus = meters.gpus();
  ASSERT_EQ(gpus.size(), 2u);
  EXPECT_EQ(gpus[0].name, "GPU 0, Stand-in");
  EXPECT_DOUBLE_EQ(gpus[0].power_mean->value(), 200);
  EXPECT_DOUBLE_EQ(gpus[0].power_max->value(), 300);
  EXPECT_DOUBLE_EQ(*gpus[0].celsius_max, 61);
  EXPECT_DOUBLE_EQ(gpus[0].clock_min->value(), 1.755e9);
  EXPECT_FALSE(gpus[1].power_mean);  // refuses everything but its name
  const auto energy = meters.energy();
  ASSERT_EQ(energy.size(), 1u);
  EXPECT_EQ(energy[0].scope, "NVML GPU 0");
  EXPECT_DOUBLE_EQ(energy[0].energy.value(), 4);
}

TEST(NoiseWatch, CountsBetweenStartAndFinish) {
  const Tree proc;
  const int cpu = available_cpus().front();
  NoiseWatchOptions options;
  options.proc = options.sys = proc.path();
  options.nvml = "no-such-library.so";
  options.period = std::chrono::milliseconds(5);
  std::string stat;
  for (const int each : available_cpus()) stat += "cpu" + std::to_string(each) + " 0 0 0 0 0 0 0 100 0 0\n";
  proc.write("stat", stat);
  proc.write("class/thermal/thermal_zone0/temp", "40000");
  NoiseWatch watch(options);
  watch.start();
  stat.replace(stat.find(" 100 "), 5, " 300 ");
  proc.write("stat", stat);
  proc.write("class/thermal/thermal_zone0/temp", "45000");
  const auto seen = watch.finish();
  ASSERT_TRUE(seen.stolen && seen.own && seen.others);
  EXPECT_NEAR(seen.stolen->value(), 200.0 / static_cast<double>(sysconf(_SC_CLK_TCK)), 1e-9);
  EXPECT_DOUBLE_EQ(seen.others->value(), 0);  // less than our own: none
  EXPECT_DOUBLE_EQ(*seen.celsius_start, 40);
  EXPECT_DOUBLE_EQ(*seen.celsius_max, 45);
  EXPECT_GE(seen.readings, 2u);
  EXPECT_FALSE(seen.clock_mean);
  EXPECT_TRUE(seen.energy.empty());
  EXPECT_GE(cpu, 0);
}

TEST(NoiseWatch, KeepsOffTheCoresOfDriverAndSystem) {
  const auto cpus = available_cpus();
  NoiseWatchOptions options;
  options.nvml = "no-such-library.so";
  EXPECT_EQ(NoiseWatch(options).finish().watcher, "any core: nothing is pinned");
  options.keep_off = cpus;
  EXPECT_EQ(NoiseWatch(options).finish().watcher, "any core: driver and system have them all");
  if (cpus.size() < 2) return;
  options.keep_off.pop_back();
  EXPECT_EQ(NoiseWatch(options).finish().watcher,
            "core " + std::to_string(cpus.back()) + ", of neither driver nor system");
}

}  // namespace
}  // namespace ridgeline::live
