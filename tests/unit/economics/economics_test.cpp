// Money, energy and carbon of one device, from round numbers: 1 USD an hour, 1 kW with the PUE.

#include "ridgeline/economics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "folder.h"

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

template <class Q>
Sourced<Q> said(Q value) {
  return {value, {ProvenanceKind::given, "test", ""}, {}};
}

Hardware device() {
  Hardware h;
  h.id = "d";
  h.tdp = said(Watts(800));
  h.price = said(Dollars(35064));  // over 4 years of 8766 h: 1 USD an hour
  return h;
}

/// 800 W x 1.25 is 1 kW; at 0.1 USD and 360 g a kWh 0.1 USD and 360 g an hour; 350.64 kg are 10 g an hour.
Economics owned() {
  Economics e;
  e.years = said(4.0);
  e.electricity = said(dollars_per_kwh(0.1));
  e.pue = said(1.25);
  e.carbon_per_joule = said(360 / joules_per_kwh);
  e.embodied = said(350640.0);
  return e;
}

/// Of an hour, by part; -1: unknown.
std::map<std::string, double> hourly(const Hardware& h, const Economics& e, double devices = 1) {
  std::map<std::string, double> result;
  for (const CostPart& part : cost_parts(device_rates(h, e), devices))
    result[std::string(part.key)] = part.rate.value ? *part.rate.value * 3600 : -1;
  return result;
}

TEST(Economics, AnHourOfAnOwnedDevice) {
  auto hour = hourly(device(), owned());
  EXPECT_DOUBLE_EQ(hour["capital"], 1);
  EXPECT_DOUBLE_EQ(hour["electricity"], 0.08);
  EXPECT_DOUBLE_EQ(hour["cooling"], 0.02);
  EXPECT_DOUBLE_EQ(hour["cost"], 1.1);
  EXPECT_DOUBLE_EQ(hour["devices"], 2.88e6);
  EXPECT_DOUBLE_EQ(hour["facility"], 0.72e6);
  EXPECT_DOUBLE_EQ(hour["energy"], 3.6e6);
  EXPECT_DOUBLE_EQ(hour["operational"], 360);
  EXPECT_DOUBLE_EQ(hour["embodied"], 10);
  EXPECT_DOUBLE_EQ(hour["carbon"], 370);
  for (const CostPart& part : cost_parts(device_rates(device(), owned()), 1))
    EXPECT_EQ(part.at_most, part.key != "capital" && part.key != "embodied") << part.key;
}

TEST(Economics, PartsAddUpToTheirTotals) {
  for (const double utilisation : {1.0, 0.6, 0.1}) {
    for (const double pue : {1.0, 1.1, 2.5}) {
      Economics e = owned();
      e.utilisation = said(utilisation);
      e.pue = said(pue);
      e.idle = said(Watts(90));
      auto hour = hourly(device(), e, 7);
      EXPECT_NEAR(hour["capital"] + hour["electricity"] + hour["cooling"], hour["cost"],
                  1e-12 * hour["cost"]);
      EXPECT_NEAR(hour["devices"] + hour["facility"], hour["energy"], 1e-12 * hour["energy"]);
      EXPECT_NEAR(hour["operational"] + hour["embodied"], hour["carbon"], 1e-12 * hour["carbon"]);
      EXPECT_NEAR(hour["cost"], 7 * hourly(device(), e)["cost"], 1e-12 * hour["cost"]);
    }
  }
}

TEST(Economics, IdleTimeIsChargedToTheWork) {
  Economics e = owned();
  e.utilisation = said(0.25);
  e.idle = said(Watts(80));
  auto hour = hourly(device(), e);
  EXPECT_DOUBLE_EQ(hour["capital"], 4);
  EXPECT_DOUBLE_EQ(hour["energy"], 3.6e6 + 3 * 0.1 * 3.6e6);  // three hours of 80 W x 1.25
  EXPECT_DOUBLE_EQ(hour["embodied"], 40);
  e.active = said(Watts(800));
  EXPECT_FALSE(device_rates(device(), e).drawn_at_most);
  e.idle.reset();  // at most as at work
  EXPECT_DOUBLE_EQ(hourly(device(), e)["energy"], 4 * 3.6e6);
  EXPECT_TRUE(device_rates(device(), e).drawn_at_most);
  EXPECT_FALSE(device_rates(device(), e).power_at_most);
}

TEST(Economics, RentHasTheElectricityInItButNotItsCarbon) {
  Economics e;
  e.rent = said(Dollars(2));
  e.utilisation = said(0.5);
  e.pue = said(1.25);
  e.carbon_per_joule = said(360 / joules_per_kwh);
  auto hour = hourly(device(), e);
  EXPECT_DOUBLE_EQ(hour["capital"], 4);
  EXPECT_DOUBLE_EQ(hour["cost"], 4);
  EXPECT_EQ(hour["electricity"], -1);
  EXPECT_DOUBLE_EQ(hour["operational"], 720);
  EXPECT_EQ(hour["carbon"], -1);
  e.embodied = said(350640.0);
  EXPECT_EQ(hourly(device(), e)["embodied"], -1);
  e.lifetime = said(8.0);
  EXPECT_DOUBLE_EQ(hourly(device(), e)["embodied"], 10);
}

TEST(Economics, WhatIsMissingIsNeverZero) {
  Hardware bare = device();
  bare.price.reset();
  auto hour = hourly(bare, owned());
  EXPECT_EQ(hour["capital"], -1);
  EXPECT_EQ(hour["cost"], -1);
  EXPECT_DOUBLE_EQ(hour["electricity"], 0.08);
  bare = device();
  bare.tdp.reset();
  hour = hourly(bare, owned());
  EXPECT_DOUBLE_EQ(hour["capital"], 1);
  for (const char* key : {"electricity", "cooling", "cost", "devices", "energy", "operational", "carbon"})
    EXPECT_EQ(hour[key], -1) << key;
  for (const CostPart& part : cost_parts(device_rates(bare, owned()), 1))
    EXPECT_EQ(part.rate.missing.empty(), part.rate.value.has_value()) << part.key;
  Economics no_intensity = owned();
  no_intensity.carbon_per_joule.reset();
  hour = hourly(device(), no_intensity);
  EXPECT_EQ(hour["operational"], -1);
  EXPECT_DOUBLE_EQ(hour["embodied"], 10);
  EXPECT_EQ(hour["carbon"], -1);
}

TEST(Economics, WhatIsRefused) {
  const auto message = [](auto change) {
    Economics e = owned();
    change(e);
    const auto status = check(e);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(message([](Economics&) {}), "");
  EXPECT_THAT(message([](Economics& e) { e.pue->value = 0.9; }), HasSubstr("PUE is 0.9"));
  EXPECT_THAT(message([](Economics& e) { e.utilisation = said(1.1); }), HasSubstr("at most 1"));
  EXPECT_THAT(message([](Economics& e) { e.years->value = 0; }), HasSubstr("years is 0"));
  EXPECT_THAT(message([](Economics& e) { e.rent = said(Dollars(1)); }), HasSubstr("includes electricity"));
  EXPECT_THAT(message([](Economics& e) {
                e.active = said(Watts(100));
                e.idle = said(Watts(200));
              }),
              HasSubstr("idle power, 200 W, is above"));
}

TEST(Economics, EveryGridHasASourceAndStandsWhereItShould) {
  const auto grids = read_grids(RIDGELINE_DATA_DIR "/economics/grids.yaml");
  ASSERT_TRUE(grids) << grids.error().message;
  EXPECT_GE(grids->size(), 15u);
  for (const Grid& grid : *grids) {
    const double grams = grid.carbon_per_joule.value * joules_per_kwh;
    EXPECT_GT(grams, 20) << grid.id;  // no mix of sources is cleaner over its life cycle
    EXPECT_LT(grams, 1000) << grid.id;
    EXPECT_FALSE(grid.carbon_per_joule.provenance.source.empty());
    EXPECT_FALSE(grid.carbon_per_joule.provenance.date.empty());
  }
  EXPECT_NEAR(find_grid(*grids, "France")->carbon_per_joule.value * joules_per_kwh, 56, 1e-9);
  EXPECT_THAT(find_grid(*grids, "frnace").error().message, HasSubstr("did you mean france"));
}

TEST(Economics, FactsOfTheCatalogFillInWhatWasNotGiven) {
  const auto facts = read_device_facts(RIDGELINE_DATA_DIR "/economics/devices.yaml");
  ASSERT_TRUE(facts) << facts.error().message;
  Hardware h100 = device();
  h100.id = "h100-sxm-80gb";
  EXPECT_DOUBLE_EQ(with_facts({}, h100, *facts).embodied->value, 1312e3 / 8);
  Economics given;
  given.embodied = said(1.0);
  EXPECT_DOUBLE_EQ(with_facts(given, h100, *facts).embodied->value, 1);
  EXPECT_FALSE(with_facts({}, device(), *facts).embodied);
}

TEST(Economics, MalformedFilesNameTheLine) {
  const Folder folder;
  const auto message = [&](const std::string& text) {
    const std::string path = folder.write("g.yaml", text);
    const auto grids = read_grids(path);
    return grids ? std::string() : grids.error().message;
  };
  const std::string head = "sources:\n  s: {kind: literature, title: t, date: 2024}\ngrids:\n";
  const std::string carbon = "carbon: {value: 1, unit: g/kWh, scope: generation, source: s}";
  EXPECT_EQ(message(head + "  - {id: a, name: A, " + carbon + "}\n"), "");
  EXPECT_THAT(message(head + "  - {id: a, name: A, " + carbon + "}\n  - {id: a, name: A, " + carbon + "}\n"),
              HasSubstr("g.yaml:5: grids[1]: 'a' is there twice"));
  EXPECT_THAT(
      message(head + "  - {id: a, name: A, carbon: {value: 0, unit: g/kWh, scope: generation, source: s}}\n"),
      HasSubstr("above 0"));
  EXPECT_THAT(
      message(head +
              "  - {id: a, name: A, carbon: {value: 1, unit: lb/MWh, scope: generation, source: s}}\n"),
      HasSubstr("use g/kWh or kg/kWh"));
  EXPECT_THAT(message("sources:\n  s: {kind: literature, title: t, date: 2024}\ngrids: []\n"),
              HasSubstr("at least one"));
}

}  // namespace
}  // namespace ridgeline
