#include "base/two_digits.h"

#include <gtest/gtest.h>

namespace ridgeline {
namespace {

TEST(TwoDigits, AreAtLeastTwo) {
  EXPECT_EQ(two_digits(16.4), "16");
  EXPECT_EQ(two_digits(161.4), "161");
  EXPECT_EQ(two_digits(8), "8.0");
  EXPECT_EQ(two_digits(0.3141), "0.31");
  EXPECT_EQ(two_digits(-0.00317), "-0.0032");
  EXPECT_EQ(two_digits(0), "0");
}

TEST(TwoDigits, RoundAsAsked) {
  EXPECT_EQ(two_digits(16.4, Rounding::up), "17");
  EXPECT_EQ(two_digits(16.6, Rounding::down), "16");
  EXPECT_EQ(two_digits(-16.4, Rounding::up), "-16");
  EXPECT_EQ(two_digits(-16.4, Rounding::down), "-17");
  EXPECT_EQ(two_digits(100 * (1.08 - 1), Rounding::up), "8.0");
  EXPECT_EQ(two_digits(9.96, Rounding::up), "10.0");
}

}  // namespace
}  // namespace ridgeline
