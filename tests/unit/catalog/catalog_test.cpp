#include "ridgeline/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace ridgeline {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const small = "transformer: {layers: 2, hidden: 64, heads: 8, ffn: 128, vocab: 1000}\n";

std::string load_error(const CatalogFolder& folder) {
  const auto catalog = Catalog::load(folder.path());
  return catalog ? "loaded" : catalog.error().message;
}

class LookUp : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("hardware/h100-sxm-80gb.yaml",
                  hardware_text("h100-sxm-80gb", std::string("aliases: [h100]\n") + fp16_peak));
    folder_.write("hardware/a100-sxm-80gb.yaml",
                  hardware_text("a100-sxm-80gb", std::string("aliases: [A100]\n") + fp16_peak));
    for (const char* id : {"llama-3-8b", "llama-3-70b", "bert-base"})
      folder_.write(std::string("models/") + id + ".yaml", model_text(id, small));
    auto catalog = Catalog::load(folder_.path());
    ASSERT_TRUE(catalog) << catalog.error().message;
    catalog_ = *std::move(catalog);
  }
  CatalogFolder folder_;
  Catalog catalog_;
};

TEST_F(LookUp, SortedById) {
  ASSERT_EQ(catalog_.all_hardware().size(), 2u);
  EXPECT_EQ(catalog_.all_hardware()[0].id, "a100-sxm-80gb");
  ASSERT_EQ(catalog_.all_models().size(), 3u);
  EXPECT_EQ(catalog_.all_models()[0].id, "bert-base");
  EXPECT_EQ(catalog_.all_models()[1].id, "llama-3-70b");
}

TEST_F(LookUp, ByIdOrAliasInAnyLetterCase) {
  for (const char* name : {"h100-sxm-80gb", "h100", "H100", "H100-SXM-80GB", "h100_sxm_80gb"}) {
    const auto found = catalog_.hardware(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(*found, &catalog_.all_hardware()[1]);
  }
  EXPECT_TRUE(catalog_.hardware("a100"));
  EXPECT_TRUE(catalog_.model("BERT-base"));
}

TEST_F(LookUp, AMisspeltNameGetsTheNearestId) {
  EXPECT_EQ(catalog_.hardware("h1000").error().message,
            "unknown hardware 'h1000'; did you mean 'h100-sxm-80gb'?");
  EXPECT_EQ(catalog_.model("bert-bsae").error().message,
            "unknown model 'bert-bsae'; did you mean 'bert-base'?");
}

TEST_F(LookUp, APartOfNamesGetsAllOfThem) {
  EXPECT_EQ(catalog_.model("llama").error().message,
            "unknown model 'llama'; did you mean 'llama-3-70b' or 'llama-3-8b'?");
  EXPECT_EQ(catalog_.hardware("80GB").error().message,
            "unknown hardware '80GB'; did you mean 'a100-sxm-80gb' or 'h100-sxm-80gb'?");
}

TEST_F(LookUp, APartOfANameBeatsAMisspeltOne) {
  // "a100" is two edits away.
  EXPECT_EQ(catalog_.hardware("h10").error().message,
            "unknown hardware 'h10'; did you mean 'h100-sxm-80gb'?");
}

TEST_F(LookUp, AStrangeNameGetsTheList) {
  for (const char* name : {"", "quantum-annealer"}) {
    const auto found = catalog_.hardware(name);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message,
              std::string("unknown hardware '") + name + "'; 'ridgeline catalog list' shows what there is");
    EXPECT_EQ(found.error().kind, ErrorKind::bad_input);
  }
}

TEST(Load, TheFileIsNamedByItsId) {
  const CatalogFolder folder;
  const auto path = folder.write("hardware/h100.yaml", hardware_text("h200", fp16_peak));
  EXPECT_EQ(load_error(folder), path + ": its id is 'h200'; name the file h200.yaml");
}

TEST(Load, NamesBelongToOneEntry) {
  const CatalogFolder folder;
  const auto a =
      folder.write("models/a.yaml", model_text("a", std::string("aliases: [the-model]\n") + small));
  const auto b =
      folder.write("models/b.yaml", model_text("b", std::string("aliases: [The-Model]\n") + small));
  EXPECT_EQ(load_error(folder), b + ": the name 'The-Model' is taken by " + a);
  folder.write("models/b.yaml", model_text("b", std::string("aliases: [A]\n") + small));
  EXPECT_EQ(load_error(folder), b + ": the name 'A' is taken by " + a);
  folder.write("models/b.yaml", model_text("b", std::string("aliases: [B]\n") + small));
  EXPECT_EQ(load_error(folder), b + ": the name 'b' is taken by this very file");
  folder.write("models/b.yaml", model_text("b", std::string("aliases: [the_model]\n") + small));
  EXPECT_EQ(load_error(folder), b + ": the name 'the_model' is taken by " + a);  // '_' is '-'
  folder.write("models/b.yaml", model_text("b", small));
  EXPECT_EQ(load_error(folder), "loaded");
}

TEST(Load, TheFirstBadFileStopsIt) {
  const CatalogFolder folder;
  folder.write("models/a.yaml", model_text("a", small));
  const auto bad = folder.write("models/b.yaml", "id: b\n");
  EXPECT_EQ(load_error(folder), bad + ":1: the key 'name' is missing");
}

TEST(Load, OtherFilesAreLeftAloneButYmlIsAMistake) {
  const CatalogFolder folder;
  folder.write("models/a.yaml", model_text("a", small));
  folder.write("models/README.md", "not a model");
  EXPECT_EQ(load_error(folder), "loaded");
  folder.write("models/b.yml", model_text("b", small));
  EXPECT_THAT(load_error(folder), EndsWith("b.yml: name it .yaml"));
}

TEST(Load, AMissingFolderIsNamed) {
  const auto catalog = Catalog::load("/nonexistent");
  ASSERT_FALSE(catalog);
  EXPECT_THAT(catalog.error().message, HasSubstr("/nonexistent/hardware: cannot be read"));
  EXPECT_EQ(catalog.error().kind, ErrorKind::unavailable);
}

std::vector<std::string> findings(const CatalogFolder& folder) {
  const auto catalog = Catalog::load(folder.path());
  EXPECT_TRUE(catalog) << catalog.error().message;
  return catalog ? check(*catalog) : std::vector<std::string>{};
}

std::string peak(const std::string& format, const std::string& value, const std::string& scope = "dense") {
  return "  " + format + ": {value: " + value + ", unit: TFLOP/s, scope: " + scope + ", source: sheet}\n";
}

TEST(Check, ANarrowerFormatIsNotSlower) {
  const CatalogFolder folder;
  folder.write("hardware/x.yaml", hardware_text("x", "peak:\n" + peak("fp16", "100") + peak("fp8", "50")));
  EXPECT_THAT(findings(folder), ElementsAre("x: peak.fp8 of 50.0 TFLOP/s is below peak.fp16 of 100 TFLOP/s"));
  folder.write("hardware/x.yaml", hardware_text("x", "peak:\n" + peak("fp16", "100") + peak("fp8", "100")));
  EXPECT_THAT(findings(folder), IsEmpty());
}

TEST(Check, SparsityGainsAtMostFourTimes) {
  const CatalogFolder folder;
  const auto with_sparse = [&folder](const std::string& format, const std::string& value) {
    folder.write("hardware/x.yaml",
                 hardware_text("x", fp16_peak + ("peak_sparse:\n" + peak(format, value, "sparse"))));
    return findings(folder);
  };
  EXPECT_THAT(with_sparse("fp16", "20"), IsEmpty());
  EXPECT_THAT(with_sparse("fp16", "40"), IsEmpty());
  EXPECT_THAT(with_sparse("fp16", "50"),
              ElementsAre("x: peak_sparse.fp16 is 5.00 times the dense peak; expected 1 to 4"));
  EXPECT_THAT(with_sparse("fp16", "5"),
              ElementsAre("x: peak_sparse.fp16 is 0.50 times the dense peak; expected 1 to 4"));
  EXPECT_THAT(with_sparse("fp8", "20"), ElementsAre("x: peak_sparse.fp8 has no dense peak beside it"));
}

TEST(Check, MemoryIsTheLargestAndSlowestLevel) {
  const CatalogFolder folder;
  folder.write(
      "hardware/x.yaml",
      hardware_text(
          "x",
          fp16_peak +
              std::string(
                  "caches:\n"
                  "  - {name: L2, capacity: {value: 8, unit: GB, scope: device, source: sheet}}\n"
                  "  - {name: L1, bandwidth: {value: 40, unit: GB/s, scope: device, source: sheet}}\n"
                  "links:\n"
                  "  - {name: bus, bandwidth: {value: 60, unit: GB/s, scope: direction, source: sheet}}\n")));
  EXPECT_THAT(findings(folder), ElementsAre("x: cache L2 is no smaller than the memory",
                                            "x: cache L1 is slower than the memory",
                                            "x: link bus at 60.0 GB/s is faster than the memory behind it"));
}

TEST(Check, ImpliedParametersAgreeWithPublished) {
  const CatalogFolder folder;
  // Two layers of 4 x 64 x 64 + 3 x 64 x 128 + 2 x 64, two tables of 1000 x 64, a norm: 210240.
  folder.write("models/x.yaml",
               model_text("x", std::string("parameters: {value: 206500, source: config}\n") + small));
  EXPECT_THAT(findings(folder), IsEmpty());  // 1.8 %
  folder.write("models/x.yaml",
               model_text("x", std::string("parameters: {value: 206000, source: config}\n") + small));
  EXPECT_THAT(findings(folder),
              ElementsAre("x: the architecture implies 210 k parameters, +2.1 % off the published 206 k"));
}

TEST(CatalogAdd, KeepsTheOrderAndRefusesATakenName) {
  auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const std::size_t before = catalog->all_hardware().size();
  Hardware device = **catalog->hardware("l4");
  EXPECT_FALSE(catalog->add(device));
  device.id = "this-machine";
  EXPECT_FALSE(catalog->add(device));  // its aliases are still those of the l4
  device.aliases.clear();
  ASSERT_TRUE(catalog->add(device));
  ASSERT_EQ(catalog->all_hardware().size(), before + 1);
  EXPECT_EQ((*catalog->hardware("This-Machine"))->id, "this-machine");
  for (std::size_t i = 1; i <= before; ++i) {
    EXPECT_LT(catalog->all_hardware()[i - 1].id, catalog->all_hardware()[i].id);
  }
}

TEST(CatalogAdd, LeavesCopiesAndWhatTheyLedToAsTheyWere) {
  auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog);
  const Catalog before = *catalog;
  const Hardware* l4 = *before.hardware("l4");
  EXPECT_EQ(l4, *catalog->hardware("L4"));  // copies share
  Hardware device = *l4;
  device.id = "aaa-first";
  device.aliases = {};
  ASSERT_TRUE(catalog->add(device));
  EXPECT_EQ(catalog->all_hardware().size(), before.all_hardware().size() + 1);
  EXPECT_FALSE(before.hardware("aaa-first"));
  EXPECT_EQ(*before.hardware("l4"), l4);
  EXPECT_EQ((*catalog->hardware("l4"))->id, "l4");  // it stands one further, and is found there
  EXPECT_EQ((*catalog->hardware("aaa-first"))->id, "aaa-first");
}

}  // namespace
}  // namespace ridgeline
