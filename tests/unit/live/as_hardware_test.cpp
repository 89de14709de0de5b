// A probed machine as the catalog's Hardware.

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "folder.h"
#include "ridgeline/measurement.h"
#include "sizes.h"

namespace ridgeline {
namespace {

HostProbe written_down() {
  HostProbe probe;
  probe.machine = "Test CPU, 2 cores, Linux 6.1";
  probe.cpu = "Test CPU";
  probe.vendor = "Tester";
  probe.date = "2026-02-03T04:05:06Z";
  ThreadedRates rates;
  rates.threads = 2;
  rates.peak = {{Precision::fp64, {50e9, 49e9, 51e9, 9, false}},
                {Precision::fp32, {100e9, 98e9, 103e9, 9, false}}};
  LevelBandwidth cache;
  cache.level = "L1";
  cache.capacity = Bytes(64 * kib);
  cache.read = {400e9, 390e9, 410e9, 8, false};
  LevelBandwidth dram = cache;
  dram.level = "DRAM";
  dram.capacity = Bytes(16 * gib);
  dram.read = {20e9, 19e9, 21e9, 8, false};
  LevelBandwidth second = cache;
  second.level = "L2";
  rates.bandwidth = {cache, second, dram};
  probe.rates = {rates};
  return probe;
}

TEST(AsHardware, TakesPeakAndReadBandwidthWithTheirIntervals) {
  const auto hardware = as_hardware(written_down(), 2);
  ASSERT_TRUE(hardware) << hardware.error().message;
  EXPECT_EQ(hardware->id, "this-machine");
  EXPECT_EQ(hardware->name, "Test CPU, 2 threads");
  EXPECT_EQ(hardware->tier, "host");
  EXPECT_EQ(hardware->year, 2026);
  const auto& peak = hardware->peak.at(Precision::fp32);
  EXPECT_EQ(peak.value, FlopsPerSecond(100e9));
  EXPECT_EQ(peak.interval->first, FlopsPerSecond(98e9));
  EXPECT_EQ(peak.interval->second, FlopsPerSecond(103e9));
  EXPECT_EQ(peak.provenance.kind, ProvenanceKind::measured);
  EXPECT_EQ(peak.provenance.date, "2026-02-03");
  EXPECT_NE(peak.provenance.source.find("fp32"), std::string::npos);
  EXPECT_NE(peak.provenance.source.find("Test CPU, 2 cores, Linux 6.1, 2 threads"), std::string::npos);
  EXPECT_EQ(hardware->memory.name, "DRAM");
  EXPECT_EQ(hardware->memory.bandwidth->value, BytesPerSecond(20e9));
  EXPECT_EQ(hardware->memory.capacity->value, Bytes(16 * gib));
  ASSERT_EQ(hardware->caches.size(), 2U);
  EXPECT_EQ(hardware->caches[0].name, "L2");  // nearest the cores last
  EXPECT_EQ(hardware->caches[1].name, "L1");
}

TEST(AsHardware, TheCatalogReadsWhatItWrites) {
  const auto hardware = as_hardware(written_down(), 2);
  ASSERT_TRUE(hardware);
  const Folder folder;
  const auto back = read_hardware(folder.write("this-machine.yaml", write_hardware(*hardware)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->name, hardware->name);
  EXPECT_EQ(back->peak.at(Precision::fp64).value, FlopsPerSecond(50e9));
  EXPECT_EQ(back->peak.at(Precision::fp64).provenance.source,
            hardware->peak.at(Precision::fp64).provenance.source);
  EXPECT_EQ(back->memory.bandwidth->value, BytesPerSecond(20e9));
  EXPECT_EQ(back->memory.capacity->value, Bytes(16 * gib));
  ASSERT_EQ(back->caches.size(), 2U);
  EXPECT_EQ(back->caches[1].bandwidth->interval->first, BytesPerSecond(390e9));
}

TEST(AsHardware, NamesTheCountsThatWereProbed) {
  const auto hardware = as_hardware(written_down(), 8);
  ASSERT_FALSE(hardware);
  EXPECT_EQ(hardware.error().kind, ErrorKind::bad_input);
  EXPECT_NE(hardware.error().message.find("probed: 2"), std::string::npos);
}

}  // namespace
}  // namespace ridgeline
