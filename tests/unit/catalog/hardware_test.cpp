#include <gtest/gtest.h>

#include "ridgeline/catalog.h"
#include "support.h"

namespace ridgeline {
namespace {

const char* const full = R"(id: h1
name: "H: one"
vendor: V
tier: datacenter
year: 2022
aliases: [H_1, v/h1]
note: >
  read me
sources:
  sheet: {kind: datasheet, title: H1 datasheet, date: 2023-03}
  probe: {kind: measured, title: STREAM triad on h1, date: 2026-11-24}
peak:
  fp16: {value: 989, unit: TFLOP/s, scope: dense, source: sheet}
  int8: {value: 1979, unit: TOPS, scope: dense, source: sheet}
peak_sparse:
  int8: {value: 3.958, unit: PFLOP/s, scope: sparse, source: sheet}
memory:
  name: HBM3
  capacity: {value: 80, unit: GiB, scope: device, source: sheet}
  bandwidth: {value: 3350, unit: GB/s, scope: device, source: probe, interval: [3300, 3400]}
caches:
  - {name: L2, capacity: {value: 50, unit: MB, scope: device, source: sheet}}
  - {name: L1, bandwidth: {value: 30, unit: TB/s, scope: device, source: probe}}
links:
  - name: InfiniBand NDR
    bandwidth: {value: 400, unit: Gb/s, scope: direction, source: sheet}
    latency: {value: 1.5, unit: us, scope: direction, source: sheet}
    domain: 8
compute_units: {value: 132, unit: SM, scope: device, source: sheet}
tdp: {value: 0.7, unit: kW, scope: device, source: sheet}
price: {value: 30000, unit: USD, scope: device, source: sheet}
)";

TEST(ReadHardware, EveryKeyArrivesInSiUnits) {
  const Folder folder;
  const auto read = read_hardware(folder.write("h1.yaml", full));
  ASSERT_TRUE(read) << read.error().message;
  const Hardware& h = *read;
  const Provenance sheet{ProvenanceKind::datasheet, "H1 datasheet", "2023-03"};
  EXPECT_EQ(h.id, "h1");
  EXPECT_EQ(h.name, "H: one");
  EXPECT_EQ(h.tier, "datacenter");
  EXPECT_EQ(h.year, 2022);
  EXPECT_EQ(h.aliases, (std::vector<std::string>{"H_1", "v/h1"}));
  EXPECT_EQ(h.note, "read me\n");
  EXPECT_EQ(h.peak.at(Precision::fp16).value, FlopsPerSecond(989e12));
  EXPECT_EQ(h.peak.at(Precision::fp16).provenance, sheet);
  EXPECT_EQ(h.peak.at(Precision::int8).value, FlopsPerSecond(1979e12));
  EXPECT_EQ(h.peak_sparse.at(Precision::int8).value, FlopsPerSecond(3.958e15));
  EXPECT_EQ(h.memory.capacity->value, Bytes(80.0 * 1024 * 1024 * 1024));
  EXPECT_EQ(h.memory.bandwidth->value, BytesPerSecond(3350e9));
  EXPECT_EQ(h.memory.bandwidth->provenance.kind, ProvenanceKind::measured);
  EXPECT_EQ(h.memory.bandwidth->interval, std::pair(BytesPerSecond(3300e9), BytesPerSecond(3400e9)));
  ASSERT_EQ(h.caches.size(), 2u);
  ASSERT_TRUE(h.compute_units);
  EXPECT_EQ(h.compute_units->value, 132.0);
  EXPECT_EQ(h.links.at(0).domain, 8u);
  EXPECT_EQ(h.caches[0].capacity->value, Bytes(50e6));
  EXPECT_FALSE(h.caches[0].bandwidth);
  EXPECT_FALSE(h.caches[1].capacity);
  ASSERT_EQ(h.links.size(), 1u);
  EXPECT_EQ(h.links[0].bandwidth.value, BytesPerSecond(400e9 / 8));  // bits
  EXPECT_DOUBLE_EQ(h.links[0].latency->value.value(), 1.5e-6);
  EXPECT_EQ(h.tdp->value, Watts(700));
  EXPECT_EQ(h.price->value, Dollars(30000));
}

TEST(ReadHardware, WhatIsUnknownStaysUnknown) {
  const Folder folder;
  const auto h = read_hardware(folder.write("x.yaml", hardware_text("x", fp16_peak)));
  ASSERT_TRUE(h) << h.error().message;
  EXPECT_FALSE(h->tdp);
  EXPECT_FALSE(h->price);
  EXPECT_TRUE(h->caches.empty());
  EXPECT_TRUE(h->links.empty());
  EXPECT_TRUE(h->peak_sparse.empty());
  EXPECT_TRUE(h->note.empty());
  EXPECT_FALSE(h->memory.bandwidth->interval);
}

TEST(ReadHardware, OnlyDaysThatExistAreDates) {
  const Folder folder;
  const auto accepts = [&folder](const std::string& date) {
    std::string text = hardware_text("x", fp16_peak);
    text.replace(text.find("date: 2020"), 10, "date: " + date);
    return static_cast<bool>(read_hardware(folder.write("x.yaml", text)));
  };
  for (const char* date : {"2024-02-29", "2000-02-29", "2023-12-31", "2023-04-30"})
    EXPECT_TRUE(accepts(date)) << date;
  for (const char* date : {"2023-02-29", "1900-02-29", "2023-12-32", "2023-04-31", "2023-00", "2023-01-00"})
    EXPECT_FALSE(accepts(date)) << date;
}

/// A device with the value 3 of this unit between `before` and `after`.
Result<Hardware> with_value(const std::string& before, const std::string& unit, const std::string& scope,
                            const std::string& after = "") {
  const Folder folder;
  const std::string value = "{value: 3, unit: " + unit + ", scope: " + scope + ", source: sheet}";
  return read_hardware(folder.write("x.yaml", hardware_text("x", before + value + after + "\n")));
}

struct UnitCase {
  const char* unit;
  double scale;
};

TEST(ReadHardware, EveryUnit) {
  const std::string peaks = fp16_peak;
  for (const auto& [unit, scale] : {UnitCase{"FLOP/s", 1},
                                    {"MFLOP/s", 1e6},
                                    {"GFLOP/s", 1e9},
                                    {"TFLOP/s", 1e12},
                                    {"PFLOP/s", 1e15},
                                    {"OP/s", 1},
                                    {"MOP/s", 1e6},
                                    {"GOP/s", 1e9},
                                    {"TOPS", 1e12}}) {
    const auto h = with_value("peak:\n  int4: ", unit, "dense");
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_DOUBLE_EQ(h->peak.at(Precision::int4).value.value(), 3 * scale) << unit;
  }
  for (const auto& [unit, scale] : {UnitCase{"B", 1},
                                    {"kB", 1e3},
                                    {"MB", 1e6},
                                    {"GB", 1e9},
                                    {"TB", 1e12},
                                    {"KiB", 1024},
                                    {"MiB", 1024.0 * 1024},
                                    {"GiB", 1024.0 * 1024 * 1024},
                                    {"TiB", 1024.0 * 1024 * 1024 * 1024}}) {
    const auto h = with_value(peaks + "caches: [{name: L2, capacity: ", unit, "device", "}]");
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_DOUBLE_EQ(h->caches[0].capacity->value.value(), 3 * scale) << unit;
  }
  for (const auto& [unit, scale] :
       {UnitCase{"B/s", 1}, {"MB/s", 1e6}, {"GB/s", 1e9}, {"TB/s", 1e12}, {"Gb/s", 1e9 / 8}}) {
    const auto h = with_value(peaks + "links: [{name: bus, bandwidth: ", unit, "direction", "}]");
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_DOUBLE_EQ(h->links[0].bandwidth.value.value(), 3 * scale) << unit;
  }
  const std::string bus =
      "links: [{name: bus, bandwidth: {value: 1, unit: GB/s, scope: direction, source: sheet}, ";
  for (const auto& [unit, scale] : {UnitCase{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}) {
    const auto h = with_value(peaks + bus + "latency: ", unit, "direction", "}]");
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_DOUBLE_EQ(h->links[0].latency->value.value(), 3 * scale) << unit;
  }
  for (const auto& [unit, scale] : {UnitCase{"mW", 1e-3}, {"W", 1}, {"kW", 1e3}}) {
    const auto h = with_value(peaks + "tdp: ", unit, "device");
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_DOUBLE_EQ(h->tdp->value.value(), 3 * scale) << unit;
  }
}

TEST(WriteHardware, ReadsBackEqual) {
  const Folder folder;
  const auto h = read_hardware(folder.write("h1.yaml", full));
  ASSERT_TRUE(h) << h.error().message;
  const auto again = read_hardware(folder.write("again.yaml", write_hardware(*h)));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *h);
}

TEST(WriteHardware, NumbersWithoutAShortFormReadBackToTheLastBit) {
  const Folder folder;
  auto read = read_hardware(folder.write("h1.yaml", full));
  ASSERT_TRUE(read);
  Hardware h = *read;
  const Provenance probe{ProvenanceKind::measured, "probe", "2026-11-24"};
  h.peak[Precision::fp32] = {FlopsPerSecond(1e12 / 3), probe,
                             std::pair(FlopsPerSecond(3e11), FlopsPerSecond(4e11 / 1.1))};
  h.memory.capacity = Sourced<Bytes>{Bytes(530443970174.1811), probe, {}};  // shortest in MB, but a bit off
  h.links[0].latency = Sourced<Seconds>{Seconds(1e-7 / 7), probe, {}};
  h.tdp = Sourced<Watts>{Watts(0.1 + 0.2), {ProvenanceKind::assumed, "probe", "2026-11-24"}, {}};
  const auto again = read_hardware(folder.write("again.yaml", write_hardware(h)));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, h);
}

TEST(WriteHardware, TextThatYamlWouldReadOtherwiseIsQuoted) {
  const Folder folder;
  auto read = read_hardware(folder.write("h1.yaml", full));
  ASSERT_TRUE(read);
  for (const char* text :
       {"~", "null", "true", "12", "# no comment", "a: b", "- x", " lead and trail ", "two\nlines\n",
        "\"quoted\" 'both'", "{x}", "µ-second", "tab\there", "&a", "*a", "!t", "x #y", "---", "%"}) {
    Hardware h = *read;
    h.name = h.note = h.vendor = h.memory.name = text;
    h.memory.capacity->provenance.source = text;
    const auto again = read_hardware(folder.write("again.yaml", write_hardware(h)));
    ASSERT_TRUE(again) << text << ": " << again.error().message;
    EXPECT_EQ(*again, h) << text;
  }
}

TEST(WriteHardware, ChoosesReadableUnits) {
  const Folder folder;
  auto h = read_hardware(folder.write("x.yaml", hardware_text("x", fp16_peak)));
  ASSERT_TRUE(h);
  h->memory.capacity->value = Bytes(16.0 * 1024 * 1024 * 1024);
  const std::string text = write_hardware(*h);
  EXPECT_NE(text.find("{value: 16, unit: GiB,"), std::string::npos) << text;
  EXPECT_NE(text.find("{value: 10, unit: TFLOP/s,"), std::string::npos) << text;
  EXPECT_NE(text.find("{value: 50, unit: GB/s,"), std::string::npos) << text;
}

}  // namespace
}  // namespace ridgeline
