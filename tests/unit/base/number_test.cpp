#include "base/number.h"

#include <gtest/gtest.h>

namespace ridgeline {
namespace {

TEST(ParseNumber, ReadsDecimals) {
  EXPECT_EQ(parse_number("12.5"), 12.5);
  EXPECT_EQ(parse_number("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_number("0"), 0.0);
}

TEST(ParseNumber, WhatIsNoFiniteDecimalIsAbsent) {
  for (const char* text : {"", " 1", "1 ", "0x10", "nan", "inf", "1e999", "1,5", "-", "+1", "1.2.3", "1\n"})
    EXPECT_EQ(parse_number(text), std::nullopt) << '"' << text << '"';
  EXPECT_EQ(parse_number(std::string_view("1\0002", 3)), std::nullopt);
}

}  // namespace
}  // namespace ridgeline
