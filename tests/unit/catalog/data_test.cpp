// The catalog that ships.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/catalog.h"
#include "support.h"

namespace ridgeline {
namespace {

TEST(Data, LoadsAndIsPlausible) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_GE(catalog->all_hardware().size(), 45u);
  EXPECT_GE(catalog->all_models().size(), 40u);
  EXPECT_THAT(check(*catalog), testing::IsEmpty());
}

TEST(Data, EveryDeviceReadsBackEqual) {
  const Folder folder;
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  for (const Hardware& hardware : catalog->all_hardware()) {
    const auto again = read_hardware(folder.write("again.yaml", write_hardware(hardware)));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, hardware) << hardware.id;
  }
}

// Its 26560 batch-norm channels fold from two values each into one bias: 25557032 - 26560.
TEST(Data, ResNet50Folded) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const auto resnet = catalog->model("resnet-50");
  ASSERT_TRUE(resnet) << resnet.error().message;
  EXPECT_EQ(count_parameters(**resnet).total, 25557032.0 - 26560);
}

}  // namespace
}  // namespace ridgeline
