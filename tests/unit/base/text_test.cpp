#include "base/text.h"

#include <gtest/gtest.h>

namespace ridgeline {
namespace {

TEST(Text, EditDistanceCountsASwapAsOne) {
  EXPECT_EQ(edit_distance("nmae", "name"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("H100", "h100"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Text, NearestFindsTyposAndParts) {
  const std::vector<std::string> ids = {"a100-sxm-80gb", "h100-sxm-80gb", "l4", "t4"};
  EXPECT_EQ(nearest("h100-smx-80gb", ids, 1), std::vector<std::string>{"h100-sxm-80gb"});
  EXPECT_EQ(nearest("a100", ids, 1), std::vector<std::string>{"a100-sxm-80gb"});
  EXPECT_TRUE(nearest("zebra-thousand", ids).empty());
}

TEST(Text, SiPrefixesKeepThreeDigits) {
  EXPECT_EQ(si(2.039e12, "B/s"), "2.04 TB/s");
  EXPECT_EQ(si(312e12, "FLOP/s"), "312 TFLOP/s");
  EXPECT_EQ(si(11.08e-3, "s"), "11.1 ms");
  EXPECT_EQ(si(999.9e-6, "s"), "1.00 ms");
  EXPECT_EQ(si(0, "B"), "0 B");
  EXPECT_EQ(si(-5e-6, "s"), "-5.00 µs");
  EXPECT_EQ(si(1, "s"), "1.00 s");
}

}  // namespace
}  // namespace ridgeline
